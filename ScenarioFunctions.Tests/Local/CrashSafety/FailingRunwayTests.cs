using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Tests.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Two scenes, so one image, with a RunwayML that misbehaves; the task completes all the same.</summary>
public sealed class FailingRunwayTests
{
    private const string Id = "17f20503-6c24-4c16-946b-35dbbce2af2f";

    private static readonly byte[] Png = Images.Png;

    private static readonly RequestDelegate Created = Reply.Json($$"""{"id":"{{Id}}"}""");

    private readonly HurriedTime time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string?> Creates => new()
    {
        { "late", null },
        { "garbage", "outcome_unknown" },
        { "no id", "outcome_unknown" },
        { "cut", "outcome_unknown" },
        { "cut body", "outcome_unknown" },
        { "never", "outcome_unknown" },
        { "refused", "generation_failed" },
        { "down", "image_service_unavailable" },
    };

    public static TheoryData<string, string?> Looks => new()
    {
        { "garbage once", null },
        { "cut body once", null },
        { "never once", null },
        { "unknown state once", null },
        { "gone", "generation_failed" },
        { "never done", "timed_out" },
    };

    public static TheoryData<string, string?> Outputs => new()
    {
        { "cut once", null },
        { "octets", null },
        { "without its end once", null },
        { "without its end", "generation_failed" },
        { "60,000 × 60,000", "generation_failed" },
        { "text", "generation_failed" },
        { "not an image", "generation_failed" },
        { "gone", "generation_failed" },
        { "down", "image_service_unavailable" },
    };

    [Theory]
    [MemberData(nameof(Creates))]
    public async Task A_bad_answer_to_a_create_is_never_followed_by_a_second_create(string how, string? reason)
    {
        await using var runway = await ScriptedServer.StartAsync();
        var answer = how switch
        {
            "late" => Late(Created),
            "garbage" => Reply.Json("<html>"),
            "no id" => Reply.Json("{}"),
            "cut" => Reply.Cut(),
            "cut body" => Reply.CutInBody(),
            "never" => Silence(),
            "refused" => Reply.Json("{\"error\":\"no\"}", 400),
            _ => Reply.Status(500),
        };
        runway.Otherwise = Route(runway, create: answer, look: Succeeded(runway), output: Reply.Bytes(Png, "image/png"));

        await AssertEndsAsync(runway, reason);

        Assert.Single(runway.Requests, request => request.Method == "POST");
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task A_bad_answer_to_a_look_is_asked_for_again_while_there_is_time(string how, string? reason)
    {
        await using var runway = await ScriptedServer.StartAsync();
        RequestDelegate bad = how switch
        {
            "garbage once" => Reply.Json("<html>"),
            "cut body once" => Reply.CutInBody(),
            "never once" => Silence(),
            "unknown state once" => Reply.Json("""{"status":"PONDERING"}"""),
            "gone" => Reply.Status(404),
            _ => Reply.Json("""{"status":"RUNNING"}"""),
        };
        var look = how.EndsWith("once", StringComparison.Ordinal) ? Once(bad, Succeeded(runway)) : bad;
        runway.Otherwise = Route(runway, Created, look, Reply.Bytes(Png, "image/png"));

        await AssertEndsAsync(runway, reason);

        Assert.Single(runway.Requests, request => request.Method == "POST");
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task A_bad_output_is_neither_stored_nor_charged(string how, string? reason)
    {
        await using var runway = await ScriptedServer.StartAsync();
        var good = Reply.Bytes(Png, "image/png");
        var output = how switch
        {
            "cut once" => Once(Reply.CutInBody("image/png"), good),
            "octets" => Reply.Bytes(Png, "application/octet-stream"),
            "without its end once" => Once(Reply.Bytes(Png[..^12], "image/png"), good),
            "without its end" => Reply.Bytes(Png[..^12], "image/png"),
            "60,000 × 60,000" => Reply.Bytes(Png.With(16, 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60), "image/png"),
            "text" => Reply.Bytes(Png, "text/plain"),
            "not an image" => Reply.Bytes(Encoding.ASCII.GetBytes("<svg/>"), "image/png"),
            "gone" => Reply.Status(403),
            _ => Reply.Status(500),
        };
        runway.Otherwise = Route(runway, Created, Succeeded(runway), output);

        await AssertEndsAsync(runway, reason);
    }

    [Fact]
    public async Task The_same_id_answered_twice_is_charged_once_for_each_scene()
    {
        await using var runway = await ScriptedServer.StartAsync();
        runway.Otherwise = Route(runway, Created, Succeeded(runway), Reply.Bytes(Png, "image/png"));

        var data = await RunAsync(runway, scenes: 3);

        Assert.Equal(2, data.Scenes.Count(scene => scene.Status == "completed"));
        Assert.Equal(2, data.Ledger.Count(line => line.Action == "generate_image"));
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
    }

    private async Task AssertEndsAsync(ScriptedServer runway, string? reason)
    {
        var data = await RunAsync(runway, scenes: 2, reason);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(reason is null ? 1 : 0, data.Ledger.Count(line => line.Action == "generate_image"));
    }

    private async Task<DataFolder> RunAsync(ScriptedServer runway, int scenes, string? reason = null)
    {
        using var folder = new HostFolder();
        folder.Settings["RUNWAYML_BASE_URL"] = runway.Url.ToString();
        folder.Settings["RUNWAYML_API_SECRET"] = "key";
        folder.Settings["LOCAL_STARTING_CREDITS"] = "100";
        folder.Settings["RUNWAYML_PATIENCE_SECONDS"] = "0";
        folder.Settings["IMAGE_STEP_SECONDS"] = "1";

        // A scene's time is the system's: where it must not run out, a busy machine has as much as it needs.
        folder.Settings["IMAGE_TIMEOUT_SECONDS"] = reason is "timed_out" or "image_service_unavailable" ? "2" : "1800";
        await using (var server = await folder.StartAsync(
            services => services.AddSingleton<TimeProvider>(time)))
        {
            using var client = new TaskClient(server.Address);
            var task = await client.WaitAsync(await client.PostAsync(Posts.Body("bad", scenes, "user_1"), "key"));
            Assert.Equal("completed", (string?)task["status"]);
            Assert.Equal(reason, (string?)task["scenes"]![1]!["reason"]);
        }

        return await DataFolder.ReadAsync(folder.DataPath);
    }

    private static RequestDelegate Route(
        ScriptedServer runway, RequestDelegate create, RequestDelegate look, RequestDelegate output) => context =>
            (context.Request.Method switch
            {
                "POST" => create,
                "DELETE" => Reply.Status(204),
                _ when context.Request.Path.StartsWithSegments("/output") => output,
                _ when context.Request.Path == "/v1/organization" => Reply.Json("{}"), // asked beside the order, and no look at an image
                _ => look,
            })(context);

    private static RequestDelegate Succeeded(ScriptedServer runway) => context => Reply.Json(
        $$"""{"id":"{{Id}}","status":"SUCCEEDED","output":["{{runway.Url}}output/1.png"]}""")(context);

    private static RequestDelegate Late(RequestDelegate then) => async context =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(300), Stop);
        await then(context);
    };

    /// <summary>No answer, until the client's timeout has passed.</summary>
    private RequestDelegate Silence() => async context =>
    {
        time.PassTimeouts();
        await Reply.Silence()(context);
    };

    private static RequestDelegate Once(RequestDelegate first, RequestDelegate then)
    {
        var count = 0;
        return context => Interlocked.Increment(ref count) == 1 ? first(context) : then(context);
    }
}
