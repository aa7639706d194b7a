using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>The commands in a real pseudo-terminal.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private const string Scenario =
        """{"title":"A long and quiet morning with a cup of coffee ☕","scenes":[{"image_prompt":"a"},{"image_prompt":"a red cup"},{"image_prompt":"emulator:reject"},{}]}""";

    private const string SlowScenario =
        """{"title":"Slow","scenes":[{"image_prompt":"a"},{"image_prompt":"emulator:slow=120"}]}""";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> settings = [];

    public TerminalTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "needs util-linux's script");
        File.WriteAllText(folder.File("cup.json"), Scenario);
        File.WriteAllText(folder.File("slow.json"), SlowScenario);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public async Task Progress_moves_and_no_line_is_cut_inside_a_word(int columns)
    {
        await using var save = Start(columns, "save", "cup.json");
        Assert.Equal(0, await save.EndAsync());
        await using var list = Start(columns, "list");
        Assert.Equal(0, await list.EndAsync());
        var taskId = TaskIdIn(save.Written);
        await using var show = Start(columns, "show", taskId);
        Assert.Equal(0, await show.EndAsync());

        Assert.Contains("100%", save.Written, StringComparison.Ordinal);
        Assert.Contains("\u001b[", save.Written, StringComparison.Ordinal); // it is drawn in place
        Assert.Equal(columns == 80, save.Written.Contains('━', StringComparison.Ordinal));
        Assert.Contains("content_rejected", show.Written, StringComparison.Ordinal);
        Assert.Contains(taskId, list.Written, StringComparison.Ordinal);
        foreach (var written in new[] { save.Written, list.Written, show.Written })
        {
            // A path, a link or a command may be longer than a line: it is written whole, so that it can be copied.
            Assert.All(TerminalText.Plain(written).Split('\n'), line => Assert.True(
                line.TrimEnd().Length <= columns || line.Split(' ').Any(word => word.Length > columns - 10)
                || line.Contains(CliHelp.Program, StringComparison.Ordinal), $"[{line}]"));
        }
    }

    [Fact]
    public async Task Ctrl_C_cancels_what_save_has_started()
    {
        await using var save = Start(80, "save", "slow.json");
        await save.UntilAsync("Generating");

        await save.InterruptAsync();

        Assert.Equal(130, await save.EndAsync());
        Assert.Contains("Cancelling.", save.Written, StringComparison.Ordinal);
        Assert.Contains("Cancelled: Slow. Kept: 0 images made.", save.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_stops_watching_a_task_of_the_server_which_cancel_then_cancels()
    {
        settings["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        await using var server = CliProcess.Start(folder.Path, settings);
        await server.UntilAsync(() => DataDirectory.FindServer(folder.File(".scenario-data")) is not null);
        using var client = new HttpClient { BaseAddress = DataDirectory.FindServer(folder.File(".scenario-data")) };
        using var posted = await client.PostAsJsonAsync(
            "scenario/save",
            new { short_id = "s", user_id = "ann", scenario = SlowScenario },
            TestContext.Current.CancellationToken);
        var started = await posted.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var taskId = started.GetProperty("task_id").GetString()!;

        await using var watch = Start(80, "watch", taskId);
        await watch.UntilAsync("Generating");
        await watch.InterruptAsync();
        Assert.Equal(130, await watch.EndAsync());
        var task = await client.GetFromJsonAsync<JsonElement>($"scenario/save/tasks/{taskId}", TestContext.Current.CancellationToken);
        Assert.Equal("running", task.GetProperty("status").GetString());

        await using var cancel = Start(80, "cancel", taskId);
        Assert.Equal(0, await cancel.EndAsync());

        Assert.Contains("Cancelled: Slow.", cancel.Written, StringComparison.Ordinal);
        task = await client.GetFromJsonAsync<JsonElement>($"scenario/save/tasks/{taskId}", TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", task.GetProperty("status").GetString());
    }

    /// <summary>Like the studio's pictures, the recording is made again with <c>UPDATE_SCREENSHOTS=1</c>. Only its end is the same each time.</summary>
    [Fact]
    public async Task The_recording_in_the_readme_ends_with_what_the_terminal_shows()
    {
        const int Columns = 100;
        var isMadeAnew = Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS") == "1";
        settings["EMULATOR_LATENCY_SECONDS"] = isMadeAnew ? "2" : "0.05";
        Directory.CreateDirectory(folder.File("samples"));
        File.Copy(Path.Combine(Repository.Root, "samples", "quiet-morning.json"), folder.File("samples/quiet-morning.json"));
        await using var save = Start(Columns, "save", "samples/quiet-morning.json", "--out", "pictures");
        Assert.Equal(0, await save.EndAsync());
        var picture = TerminalPicture.Draw(
            "dotnet run --project ScenarioFunctions.Local -- save samples/quiet-morning.json --out pictures", save.Recorded, Columns);

        var shown = Path.Combine(Repository.Root, "docs", "images", "terminal.svg");
        if (isMadeAnew)
        {
            await File.WriteAllTextAsync(shown, picture, TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            TerminalPicture.EndOf(await File.ReadAllTextAsync(shown, TestContext.Current.CancellationToken)), TerminalPicture.EndOf(picture));
    }

    private static string TaskIdIn(string written) => TaskId().Match(written) is { Success: true } id
        ? id.Value
        : throw new InvalidOperationException(written);

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex TaskId();

    private CliTerminal Start(int columns, params string[] args) => CliTerminal.Start(folder.Path, columns, settings, args);
}
