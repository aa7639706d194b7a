using System.Net.Http.Json;
using System.Text.Json;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Otlp;
using ScenarioFunctions.Tests.Infrastructure.Otlp.Protocol;
using ScenarioFunctions.Tests.Local.Cli;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// A day of the person who runs the embedded host, with real processes: start, load, an update under load, a search for one slow
/// image, a backup, a disaster, a restore, and a user who wants everything deleted. Run by <c>eng/operators-day.sh</c>, which has
/// built the last release for it.
/// </summary>
public sealed class OperatorsDayTests : IAsyncLifetime
{
    private const int Scenes = 4;
    private const int Users = 5;
    private const double SlowSeconds = 8;

    /// <summary>A bound of the metric's buckets, longer than images take here.</summary>
    private const double LongSeconds = 5;

    private static readonly string ThisProgram = Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll");

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> settings = [];
    private OtlpReceiver receiver = null!;
    private ServerProcess runway = null!;
    private ServerProcess? server;
    private TaskClient? client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string DataPath => folder.File("service/data");

    private string RunwayPath => folder.File("runway/data");

    public async ValueTask InitializeAsync()
    {
        receiver = await OtlpReceiver.StartAsync();
        Directory.CreateDirectory(DataPath);
        Directory.CreateDirectory(RunwayPath);
        runway = ServerProcess.Start(ThisProgram, RunwayPath, folder.File("runway.log"), new Dictionary<string, string>
        {
            ["EMULATOR_LATENCY_SECONDS"] = "0.3",
            ["EMULATOR_CONCURRENCY"] = "200",
        });
        settings["RUNWAYML_BASE_URL"] = new Uri(await runway.AddressAsync(Stop), "/emulators/runwayml").ToString();
        settings["RUNWAYML_API_SECRET"] = "operators-day";
        settings["RUNWAYML_POLL_SECONDS"] = "0.1";
        settings["LOCAL_STARTING_CREDITS"] = "1000";
        settings["SCENARIO_DATA_DIR"] = DataPath;
        foreach (var (name, value) in receiver.Settings)
        {
            settings[name] = value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        server?.Dispose();
        runway.Dispose();
        await receiver.DisposeAsync();
        folder.Dispose();
    }

    [Fact(Explicit = true)]
    public async Task Nothing_is_lost_and_every_answer_is_right()
    {
        var release = Environment.GetEnvironmentVariable("LAST_RELEASE") is { Length: > 0 } built ? built : ThisProgram;
        Say($"Start and load: {release}");
        await StartAsync(release);
        var morning = await PostAsync("morning", tasks: 20);

        Say("Update under load");
        await server!.TerminateAsync();
        await StartAsync(ThisProgram);
        await EndAsync(morning);

        Say("Find the one slow image");
        var noon = await PostAsync("noon", tasks: 10, (task, scene) => (task, scene) == (7, 3) ? $"emulator:slow={SlowSeconds}" : null);
        await EndAsync(noon);
        await FindSlowImageAsync(noon[7], scene: 3);

        Say("Back up under load");
        var afternoon = await PostAsync("afternoon", tasks: 20, (_, scene) => scene == 2 ? null : "emulator:slow=3");
        await DataFolder.UntilAsync(DataPath, data => data.Images.Count(image => image.IsMade) >= (30 * (Scenes - 1)) + 5, Stop);
        await RunAsync("backup", folder.File("backup.tar"));

        Say("Disaster");
        await server!.KillAsync();
        Directory.Delete(DataPath, recursive: true);

        Say("Restore");
        await RunAsync("restore", folder.File("backup.tar"));
        var restored = await DataFolder.ReadAsync(DataPath);
        await StartAsync(ThisProgram, "--confirm-restore");
        await EndAsync([.. morning, .. noon, .. afternoon]);
        await AssertNothingIsBoughtTwiceAsync(restored);

        Say("Delete all of one user");
        await PurgeAsync("user_1");
        await server!.TerminateAsync();
        var evening = await DataFolder.ReadAsync(DataPath);
        Assert.Equal(50 - (50 / Users), evening.Scenarios.Count);

        // The charges of deleted images stay in the ledger.
        Assert.All(Books.Faults(evening, creditsPerImage: 2), fault => Assert.Contains("no such image was made", fault, StringComparison.Ordinal));
    }

    private static void Say(string what) => TestContext.Current.SendDiagnosticMessage(what);

    private async Task StartAsync(string program, params string[] arguments)
    {
        client?.Dispose();
        server?.Dispose();
        server = ServerProcess.Start(program, DataPath, folder.File("service.log"), settings, arguments);
        client = new TaskClient(await server.AddressAsync(Stop));
    }

    /// <returns>The tasks' ids.</returns>
    private async Task<IReadOnlyList<string>> PostAsync(string name, int tasks, Func<int, int, string?>? words = null)
    {
        var ids = new List<string>();
        for (var task = 0; task < tasks; task++)
        {
            var number = task;
            ids.Add(await client!.PostAsync(
                Posts.Body($"{name}-{task}", Scenes, $"user_{task % Users}", scene => words?.Invoke(number, scene) ?? ""), $"{name}-{task}"));
        }

        return ids;
    }

    private async Task EndAsync(IReadOnlyList<string> tasks)
    {
        foreach (var id in tasks)
        {
            var task = await client!.WaitAsync(id);
            Assert.Equal("completed", (string?)task["status"]);
            Assert.Equal(Scenes - 1, task["scenes"]!.AsArray().Count(scene => (string?)scene!["status"] == "completed"));
        }
    }

    /// <summary>As an operator would: the metric says that there was a slow image, and the longest trace says which.</summary>
    private async Task FindSlowImageAsync(string taskId, int scene)
    {
        await receiver.UntilAsync(HasSlowImage);
        await receiver.UntilAsync(now => LongestImage(now) is { } longest && Seconds(longest) >= SlowSeconds);
        var span = LongestImage(receiver)!;
        Assert.Equal((taskId, $"{scene}"), (span.Attributes.Text(ServiceTelemetry.TaskId), span.Attributes.Text(ServiceTelemetry.SceneNumber)));
    }

    private static bool HasSlowImage(OtlpReceiver now) => now.Metrics
        .Where(metric => metric.Name == "scenario.image.duration")
        .SelectMany(metric => metric.Histogram.DataPoints)
        .Any(point => point.BucketCounts.Skip(point.ExplicitBounds.IndexOf(LongSeconds) + 1).Any(count => count > 0));

    private static Span? LongestImage(OtlpReceiver now) =>
        now.Spans.Where(span => span.Name == "GenerateSceneImage attempt").MaxBy(Seconds);

    private static double Seconds(Span span) => (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e9;

    private async Task RunAsync(params string[] args)
    {
        await using var command = CliProcess.Start(folder.Path, settings, args);
        Assert.True(await command.EndAsync() == 0, command.Error);
    }

    /// <summary>RunwayML, which was not lost, has one order for each image that was on record in the backup.</summary>
    private async Task AssertNothingIsBoughtTwiceAsync(DataFolder restored)
    {
        var orders = (await DataFolder.ReadAsync(RunwayPath)).Generations.ToLookup(generation => generation.Prompt);
        var onRecord = restored.Images.Where(image => image.GenerationId is not null).Select(image => image.Prompt).ToList();
        Assert.True(onRecord.Count >= 30 * (Scenes - 1));
        Assert.All(onRecord, prompt => Assert.Single(orders[prompt]));
    }

    private async Task PurgeAsync(string userId)
    {
        using var http = new HttpClient { BaseAddress = await server!.AddressAsync(Stop) };
        var list = await http.GetFromJsonAsync<JsonElement>($"/scenarios?short_id=short_1&user_id={userId}", Stop);
        var scenarios = list.GetProperty("scenarios").EnumerateArray().ToList();
        Assert.Equal(50 / Users, scenarios.Count);
        foreach (var scenario in scenarios)
        {
            using var removed = await http.DeleteAsync($"/scenarios/{scenario.GetProperty("scenario_id").GetString()}", Stop);
            Assert.True(removed.IsSuccessStatusCode, await removed.Content.ReadAsStringAsync(Stop));
        }
    }
}
