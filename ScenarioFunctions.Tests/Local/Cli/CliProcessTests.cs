using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>The program as it is shipped: real processes, signals, exit codes and pipes.</summary>
public sealed class CliProcessTests : IDisposable
{
    private const string Scenario =
        """{"title":"Café ☕","scenes":[{"image_prompt":"a"},{"image_prompt":"a red cup"},{"image_prompt":"steam"}]}""";

    private const string SlowScenario =
        """{"title":"Slow","scenes":[{"image_prompt":"a"},{"image_prompt":"emulator:slow=120"},{"image_prompt":"emulator:slow=120"}]}""";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> settings = [];

    public CliProcessTests()
    {
        File.WriteAllText(folder.File("cup.json"), Scenario);
        File.WriteAllText(folder.File("slow.json"), SlowScenario);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_scenario_is_saved_and_every_image_is_where_the_output_says()
    {
        await using var save = Start("save", "cup.json", "--user", "ann");

        Assert.Equal(0, await save.EndAsync());

        var images = save.Output.Split('\n')
            .Where(line => line.Contains(".png", StringComparison.Ordinal))
            .Select(line => line.Trim().Split("  ")[1])
            .ToList();
        Assert.Equal(2, images.Count);
        Assert.All(images, image => Assert.True(File.Exists(folder.File(image)), image));
        Assert.Contains("Credits of ann: 100 before, 96 after; 4 charged.", save.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', save.Output);
    }

    [Fact]
    public async Task With_json_standard_output_holds_the_task_alone()
    {
        await using var save = Start("save", "cup.json", "--json");

        Assert.Equal(0, await save.EndAsync());

        var task = JsonDocument.Parse(save.Output).RootElement;
        Assert.Equal("completed", task.GetProperty("status").GetString());
        Assert.Equal("Café ☕", task.GetProperty("metadata").GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_scenario_with_faults_exits_2_and_names_them_all()
    {
        File.WriteAllText(folder.File("bad.json"), """{"scenes":[{"image_prompt":"a"},{"image_prompt":5}]}""");
        await using var save = Start("save", "bad.json", "--user", "a b");

        Assert.Equal(2, await save.EndAsync());

        Assert.Contains("  $.title: ", save.Error, StringComparison.Ordinal);
        Assert.Contains("  $.scenes[1].image_prompt: ", save.Error, StringComparison.Ordinal);
        Assert.Contains("  --user: ", save.Error, StringComparison.Ordinal);
        Assert.Empty(save.Output);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_cancels_the_task_its_scenes_settle_and_nothing_is_charged(string signal)
    {
        await using var save = Start("save", "slow.json");
        await save.UntilAsync(() => save.Error.Contains("Generating images", StringComparison.Ordinal));

        await save.SignalAsync(signal);

        Assert.Equal(130, await save.EndAsync());
        Assert.Contains("Cancelling.", save.Error, StringComparison.Ordinal);
        Assert.Contains("Cancelled: Slow. Kept: 0 images made.", save.Output, StringComparison.Ordinal);
        Assert.Contains("100 before, 100 after; 0 charged.", save.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Still stopping", save.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_running_server_the_commands_go_through_it_and_leave_it_running()
    {
        settings["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        settings["API_KEY"] = "k3y";
        await using var server = Start();
        await server.UntilAsync(() => DataDirectory.FindServer(folder.File(".scenario-data")) is not null);

        await using var save = Start("save", "cup.json", "--user", "ann");
        Assert.Equal(0, await save.EndAsync());
        await using var credits = Start("credits", "ann", "--grant", "50");
        Assert.Equal(0, await credits.EndAsync());

        Assert.Contains("balance     146 credits", credits.Output, StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = DataDirectory.FindServer(folder.File(".scenario-data")) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "k3y");
        var page = await client.GetFromJsonAsync<JsonElement>("scenario/save/tasks", TestContext.Current.CancellationToken);
        Assert.Equal("completed", Assert.Single(page.GetProperty("tasks").EnumerateArray()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Commands_that_start_at_once_on_one_folder_all_complete()
    {
        await using var first = Start("save", "cup.json", "--user", "ann");
        await using var second = Start("save", "cup.json", "--user", "bob");
        await using var third = Start("save", "cup.json", "--user", "cid");

        var exitCodes = await Task.WhenAll(first.EndAsync(), second.EndAsync(), third.EndAsync());

        Assert.All(exitCodes, exitCode => Assert.Equal(0, exitCode));
        foreach (var save in new[] { first, second, third })
        {
            Assert.Contains("100 before, 96 after; 4 charged.", save.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Wrong_settings_exit_1_with_all_of_them_and_no_stack()
    {
        settings["IMAGE_CREDITS"] = "many";
        settings["MAX_PARALLEL_IMAGES"] = "0";
        settings["RUNWAYML_POLL_SECONDS"] = "often";
        await using var save = Start("save", "cup.json");

        Assert.Equal(1, await save.EndAsync());

        Assert.Contains("IMAGE_CREDITS", save.Error, StringComparison.Ordinal);
        Assert.Contains("MAX_PARALLEL_IMAGES", save.Error, StringComparison.Ordinal);
        Assert.Contains("RUNWAYML_POLL_SECONDS must be a number", save.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", save.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_first_says_where_it_listens_and_a_signal_ends_it_well()
    {
        settings["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        await using var server = Start();
        await server.UntilAsync(() => server.Output.Contains('\n'));
        await server.SignalAsync("TERM");

        Assert.Equal(0, await server.EndAsync());

        Assert.Contains("Listening on http://127.0.0.1:", server.Output.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.", server.Output + server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_address_is_taken_exits_1_and_says_what_to_do()
    {
        await using var other = await ScriptedScenarioServer.StartAsync();
        settings["ASPNETCORE_URLS"] = other.Address.AbsoluteUri;
        await using var server = Start();

        Assert.Equal(1, await server.EndAsync());

        Assert.Contains("cannot listen on", server.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Error + server.Output, StringComparison.Ordinal);
    }

    /// <summary>Kestrel by itself would take the last two, and listen on every network.</summary>
    [Theory]
    [InlineData("garbage")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://127.0.0.1:0/api")]
    [InlineData("http://127.0.0.1:0;nonsense")]
    [InlineData("http://127.0.0.1:port")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task A_server_with_a_wrong_address_exits_1_before_it_listens(string urls)
    {
        settings["ASPNETCORE_URLS"] = urls;
        await using var server = Start();

        Assert.Equal(1, await server.EndAsync());

        Assert.Contains("ASPNETCORE_URLS must be an address such as http://localhost:7071", server.Error, StringComparison.Ordinal);
        Assert.Empty(server.Output);
    }

    /// <summary>The web SDK would start it in the project's folder, where the caller's paths lead nowhere.</summary>
    [Fact]
    public async Task Dotnet_run_leaves_the_program_in_the_callers_folder()
    {
        var project = Path.Combine(Repository.Root, "ScenarioFunctions.Local");
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-getProperty:RunWorkingDirectory"])
        {
            RedirectStandardOutput = true,
        };
        using var evaluation = Process.Start(start)!;

        Assert.Equal("", (await evaluation.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await evaluation.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, evaluation.ExitCode);
    }

    [Fact]
    public async Task A_task_that_a_crash_left_is_listed_and_cancelled_without_being_continued()
    {
        await using var save = Start("save", "slow.json");
        await save.UntilAsync(() => save.Error.Contains("Generating images", StringComparison.Ordinal));
        await save.SignalAsync("KILL");
        await save.EndAsync();

        await using var list = Start("list", "--status", "running");
        Assert.Equal(0, await list.EndAsync());
        var taskId = list.Output.Split('\t')[0];
        Assert.Contains("\trunning\t", list.Output, StringComparison.Ordinal);
        await using var cancel = Start("cancel", taskId, "--json");
        Assert.Equal(0, await cancel.EndAsync());
        await using var credits = Start("credits", "local-user", "--json");
        Assert.Equal(0, await credits.EndAsync());

        Assert.Equal("cancelled", JsonDocument.Parse(cancel.Output).RootElement.GetProperty("status").GetString());
        Assert.Equal(100, JsonDocument.Parse(credits.Output).RootElement.GetProperty("available").GetInt32());
    }

    private CliProcess Start(params string[] args) => CliProcess.Start(folder.Path, settings, args);
}
