using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>A real HTTP server on loopback that answers as a test tells it.</summary>
internal sealed class ScriptedScenarioServer : IScenarioServer
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, long> balances = new();

    private ScriptedScenarioServer(WebApplication app) => (this.app, Address) = (app, new Uri(app.Urls.Single()));

    public Uri Address { get; }

    public Uri PublicAddress => Address;

    public bool IsForCommand { get; set; }

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    /// <summary>What GET of the task answers, one after the other; the last one stays.</summary>
    public ConcurrentQueue<object> Task { get; private set; } = new();

    /// <summary>What GET of the task answers after DELETE.</summary>
    public ConcurrentQueue<object> Cancelled { get; } = new();

    /// <summary>Answers instead of the script when it returns something.</summary>
    public Func<HttpRequest, IResult?> Answer { get; set; } = _ => null;

    /// <summary>What posting a task takes from the balance of 100 that every user has.</summary>
    public long Charge { get; set; }

    /// <summary>What every user has held for tasks under way.</summary>
    public long Held { get; set; }

    /// <summary>What was saved of every short before.</summary>
    public object[] Saved { get; set; } = [];

    /// <summary>What the list of tasks has.</summary>
    public object[] Listed { get; set; } = [];

    /// <summary>Where the list goes on.</summary>
    public string? NextCursor { get; set; }

    /// <summary>What a dry run answers.</summary>
    public object Plan { get; set; } = new
    {
        images = 1,
        credits_needed = 2,
        credits_available = 100,
        seconds = 1,
        model = "gen4_image",
        adjustments = Array.Empty<string>(),
        scenes = Array.Empty<object>(),
    };

    /// <summary>Whether the emulator's routes are served.</summary>
    public bool HasEmulator { get; set; }

    public object Health { get; set; } = new { status = "ok", checks = new { } };

    /// <summary>Every scene has its image.</summary>
    public bool NothingIsMissing { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>It stays when a command that used it has ended.</summary>
    public bool IsForManyCommands { get; set; }

    public static async Task<ScriptedScenarioServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        ScriptedScenarioServer? server = null;
        app.Run(context => server!.AnswerAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server = new ScriptedScenarioServer(app);
    }

    public void Script(params ReadOnlySpan<object> states)
    {
        foreach (var state in states)
        {
            Task.Enqueue(state);
        }
    }

    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        if (!IsForManyCommands)
        {
            await app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = context.Request;
        Requests.Enqueue(new RecordedRequest(
            $"{request.Method} {request.Path}",
            await reader.ReadToEndAsync(context.RequestAborted),
            request.Headers.Authorization.ToString(),
            request.Headers.IfNoneMatch.ToString(),
            request.Headers["Idempotency-Key"].ToString()));
        await (Answer(request) ?? Scripted(context, Requests.Last().Body)).ExecuteAsync(context);
    }

    private IResult Scripted(HttpContext context, string body)
    {
        var request = context.Request;
        switch (request.Method, request.Path.Value!.Split('/')[1])
        {
            case ("POST", "scenario") when request.Query.ContainsKey("dry_run"):
                return Results.Json(Plan);
            case ("POST", "scenario"):
                var user = JsonDocument.Parse(body).RootElement.GetProperty("user_id").GetString()!;
                balances[user] = Balance(user) - Charge;
                return Results.Json(new { task_id = "task-1", status = "pending" }, statusCode: 202);
            case ("DELETE", _):
                Task = Cancelled;
                return Results.Json(new { task_id = "task-1", status = "cancelled" }, statusCode: 202);
            case ("GET", "scenario") when request.Path == "/scenario/save/tasks":
                return Results.Json(new { tasks = Listed, next_cursor = NextCursor });
            case ("GET", "scenario"):
                return NextState(context);
            case ("POST", "scenarios"):
                return body.Contains("missing", StringComparison.Ordinal) && NothingIsMissing
                    ? Results.Json(new { scenario_id = Guid.Empty, message = "" })
                    : Results.Json(new { task_id = "task-1", status = "pending" }, statusCode: 202);
            case ("GET", "scenarios"):
                return request.Path == "/scenarios" ? Results.Json(new { scenarios = Saved, next_cursor = (string?)null }) : Scenario(request);
            case ("POST", "credits"):
                var granted = JsonDocument.Parse(body).RootElement.GetProperty("grant").GetInt64();
                balances[User(request)] = Balance(User(request)) + granted;
                return Credits(User(request));
            case ("GET", "emulators"):
                return HasEmulator ? Results.Unauthorized() : Results.NotFound();
            case ("GET", "health"):
                return Results.Json(Health, statusCode: 503);
            default:
                return Credits(User(request));
        }
    }

    private IResult NextState(HttpContext context)
    {
        Task.TryPeek(out var state);
        if (Task.Count > 1)
        {
            Task.TryDequeue(out _);
        }

        var json = JsonSerializer.Serialize(state);
        var etag = $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(json)))}\"";
        context.Response.Headers.ETag = etag;
        context.Response.Headers.RetryAfter = "0";
        return context.Request.Headers.IfNoneMatch == etag
            ? Results.StatusCode(304)
            : Results.Text(json, "application/json");
    }

    private static IResult Scenario(HttpRequest request) => Results.Json(new
    {
        scenario_id = request.Path.Value!.Split('/')[2], short_id = "s", user_id = "ann", title = "T", description = "", script = "",
        scene_count = 0, estimated_duration = 0, resolution = (string?)null, metadata = new { }, created_at = "", scenes = Array.Empty<object>(),
    });

    private IResult Credits(string user) => Results.Json(
        new { user_id = user, balance = Balance(user), held = Held, available = Balance(user) - Held, credits_per_image = 2 });

    private long Balance(string user) => balances.GetOrAdd(user, 100);

    private static string User(HttpRequest request) => request.Path.Value!.Split('/')[2];
}
