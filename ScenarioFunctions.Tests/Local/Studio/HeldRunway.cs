using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>A RunwayML that makes its first image at once, and the others when a test says so.</summary>
internal sealed class HeldRunway : IAsyncDisposable
{
    private const string First = "17f20503-6c24-4c16-946b-35dbbce2af21";
    private const string Other = "17f20503-6c24-4c16-946b-35dbbce2af22";

    private static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private readonly ScriptedServer server;
    private int created;
    private volatile bool released;

    private HeldRunway(ScriptedServer server)
    {
        this.server = server;
        server.Otherwise = AnswerAsync;
    }

    /// <summary>What a server needs in order to use it.</summary>
    public (string Name, string Value)[] Settings =>
        [("RUNWAYML_BASE_URL", server.Url.ToString()), ("RUNWAYML_API_SECRET", "key"), ("LOCAL_STARTING_CREDITS", "100")];

    public static async Task<HeldRunway> StartAsync() => new(await ScriptedServer.StartAsync());

    public void Release() => released = true;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var reply = context.Request.Method == "POST" ? Created()
            : path.EndsWith(".png", StringComparison.Ordinal) ? Reply.Bytes(Pixel, "image/png")
            : Task(path[(path.LastIndexOf('/') + 1)..]);
        return reply(context);
    }

    private RequestDelegate Created() =>
        Reply.Json($$"""{"id":"{{(Interlocked.Increment(ref created) == 1 ? First : Other)}}"}""");

    private RequestDelegate Task(string id) => Reply.Json(id == First || released
        ? $$"""{"id":"{{id}}","status":"SUCCEEDED","output":["{{server.Url}}{{id}}.png"]}"""
        : $$"""{"id":"{{id}}","status":"RUNNING"}""");
}
