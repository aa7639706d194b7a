using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>A reverse proxy that serves another server below a path, of which that server knows nothing.</summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private PrefixProxy(Uri server, string prefix)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddReverseProxy();
        app = builder.Build();
        var transformer = app.Services.GetRequiredService<ITransformBuilder>().Create(transforms => transforms.AddPathRemovePrefix(prefix));
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Map($"{prefix}/{{**path}}", async context =>
            await forwarder.SendAsync(context, server.AbsoluteUri, client, ForwarderRequestConfig.Empty, transformer));
    }

    public Uri Address => new(app.Urls.Single());

    public static async Task<PrefixProxy> StartAsync(Uri server, string prefix)
    {
        var proxy = new PrefixProxy(server, prefix);
        await proxy.app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
    }
}
