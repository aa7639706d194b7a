using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>
/// What clients call: routes of the HTTP functions on a free loopback port. A request is an invocation of its
/// function and, beside it, forwarded to the worker's own server with the invocation's id.
/// </summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly WebApplication app;
    private readonly Func<Worker> worker;
    private readonly HttpMessageInvoker client =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private HttpFront(IEnumerable<HostedFunction> functions, Func<Worker> worker)
    {
        this.worker = worker;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 100 * 1024 * 1024; // the platform's
        });
        builder.Services.AddRoutingCore().AddHttpForwarder();
        app = builder.Build();
        foreach (var function in functions.Where(function => function.Trigger.Methods is not null))
        {
            app.MapMethods($"/{function.Trigger.Route}", function.Trigger.Methods!, context => ForwardAsync(context, function.Name));
        }

        // A wrong method is no different from a wrong route.
        app.MapFallback("{*path}", context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public Uri Address => new(app.Urls.Single());

    /// <param name="functions">Those with an HTTP trigger get a route.</param>
    /// <param name="worker">The one that serves now.</param>
    public static async Task<HttpFront> StartAsync(IEnumerable<HostedFunction> functions, Func<Worker> worker)
    {
        var front = new HttpFront(functions, worker);
        await front.app.StartAsync();
        return front;
    }

    /// <summary>Waits until the worker serves: until its code is compiled, its first requests can be too slow for itself.</summary>
    public async Task WarmUpAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Patience.UntilAsync(IsSoAsync, () => "The worker answers nothing.", CancellationToken.None);

        async Task<bool> IsSoAsync()
        {
            using var response = await http.GetAsync("/openapi.json");
            return response.IsSuccessStatusCode;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, string name)
    {
        var serving = worker();
        var function = serving.Functions.Single(one => one.Name == name);
        var id = $"{Guid.NewGuid()}";
        var route = context.Request.RouteValues.ToDictionary(value => value.Key, value => $"{value.Value}");
        var invocation = serving.InvokeAsync(function, new() { Http = new RpcHttp() }, id, route);

        context.Request.Headers["x-ms-invocation-id"] = id;
        var forwarder = context.RequestServices.GetRequiredService<IHttpForwarder>();
        await forwarder.SendAsync(context, serving.HttpAddress.AbsoluteUri, client, Forwarding);
        await invocation;
    }
}
