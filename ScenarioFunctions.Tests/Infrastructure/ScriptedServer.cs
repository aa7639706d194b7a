using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>
/// A real HTTP server on loopback that answers as a test says: the queued replies first, each once, then
/// <see cref="Otherwise"/>. It keeps every request.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<RequestDelegate> script = new();
    private readonly ConcurrentQueue<ScriptedRequest> requests = new();
    private readonly SemaphoreSlim arrived = new(0);

    private ScriptedServer(WebApplication app) => this.app = app;

    /// <summary>Such as <c>http://127.0.0.1:41234</c>.</summary>
    public Uri Url => new(app.Urls.Single());

    public IReadOnlyList<ScriptedRequest> Requests => [.. requests];

    /// <summary>The reply when no queued one is left: 599, which no test expects, unless set.</summary>
    public RequestDelegate Otherwise { get; set; } = Reply.Status(599);

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ScriptedServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public ScriptedServer Then(params RequestDelegate[] replies)
    {
        foreach (var reply in replies)
        {
            script.Enqueue(reply);
        }

        return this;
    }

    /// <summary>Waits until one more request has arrived, body and all.</summary>
    public Task RequestArrivedAsync() => arrived.WaitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        arrived.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        requests.Enqueue(new(
            context.Request.Method, context.Request.Path + context.Request.QueryString.Value, headers, body));
        var reply = script.TryDequeue(out var next) ? next : Otherwise;
        arrived.Release();
        await reply(context);
    }
}
