using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary><c>doctor</c> and <c>open</c>.</summary>
public sealed class DoctorCommandTests : CliTests
{
    private const string Secret = "s3cret-that-nobody-may-see";
    private const string WebhookSecret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    [Fact]
    public async Task Settings_are_shown_and_no_secret_is()
    {
        Cli.Settings["API_KEY"] = Secret;
        Cli.Settings["RUNWAYML_API_SECRET"] = Secret;
        Cli.Settings["SUPABASE_JWT_SECRET"] = Secret + Secret;
        Cli.Settings["SUPABASE_URL"] = "https://project.example";
        Cli.Settings["SUPABASE_SERVICE_ROLE_KEY"] = Secret;
        Cli.Settings["WEBHOOK_SECRET"] = WebhookSecret;
        Cli.Settings["IMAGE_CREDITS"] = "5";

        Cli.Server.IsForManyCommands = true;
        foreach (var options in new string[][] { [], ["--json"] })
        {
            Assert.Equal(0, await Cli.RunAsync(["doctor", .. options]));
        }

        Assert.Contains("API_KEY = set, not shown", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("IMAGE_CREDITS = 5", Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Cli.Output + Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(WebhookSecret, Cli.Output + Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_are_each_told_and_exit_1()
    {
        Cli.Settings["IMAGE_CREDITS"] = "many";
        Cli.Settings["RUNWAYML_BASE_URL"] = $"https://ann:{Secret}@example.com";

        Assert.Equal(1, await Cli.RunAsync("doctor", "--json"));

        var report = JsonDocument.Parse(Cli.Output).RootElement;
        Assert.Equal("fault", report.GetProperty("status").GetString());
        Assert.Contains("IMAGE_CREDITS must be a whole number", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("RUNWAYML_BASE_URL must", Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Cli.Output, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_misspelt_setting_is_a_warning()
    {
        Cli.Settings["IMAGE_CREDIT"] = "5";

        Assert.Equal(0, await Cli.RunAsync("doctor", "--json"));

        Assert.Equal("warning", JsonDocument.Parse(Cli.Output).RootElement.GetProperty("status").GetString());
        Assert.Contains("Did you mean IMAGE_CREDITS?", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_of_each_part_is_told_in_words_and_a_part_that_does_not_work_exits_1()
    {
        Cli.Server.HasEmulator = true;
        Cli.Server.Health = new
        {
            status = "unavailable",
            checks = new
            {
                database = new { status = "unavailable", message = "The database is damaged; the log says how, and what to do." },
                images = new { status = "ok" },
                runwayml = new { status = "degraded", message = "RunwayML answers." },
            },
        };

        Assert.Equal(1, await Cli.RunAsync("doctor"));

        var words = TerminalText.Plain(Cli.Output).Split('\n').Select(line => line.Trim()).ToList();
        Assert.Equal("The database is damaged; the log says how, and what to do.", words[words.IndexOf("FAULT    database") + 1]);
        Assert.Equal("Works.", words[words.IndexOf("ok       image folder") + 1]);
        Assert.Equal("The emulator makes the images; nothing is billed.", words[words.IndexOf("warning  RunwayML") + 1]);
        Assert.Equal($"Runs at {Cli.Server.Address}.", words[words.IndexOf("ok       server") + 1]);
        Assert.Contains(words, word => word.StartsWith($"{Path.Combine(Cli.Folder, ".scenario-data")}, ", StringComparison.Ordinal));
        Assert.Equal(ServerUse.Look, Cli.Use);
    }

    [Fact]
    public async Task A_key_that_the_server_refuses_is_a_fault()
    {
        Cli.Server.Answer = request => request.Path == "/health" ? null : Results.Problem("Send the header.", statusCode: 401);

        Assert.Equal(1, await Cli.RunAsync("doctor"));

        Assert.Contains("Refuses the key: set API_KEY", Cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", new string[] { })]
    [InlineData("#/tasks/task-1", new[] { "task-1" })]
    public async Task The_studio_is_opened_at_the_task_and_its_link_is_printed(string place, string[] task)
    {
        Cli.Server.Script(TaskStates.Running(70, "Generating images"));

        Assert.Equal(0, await Cli.RunAsync(["open", .. task]));

        Assert.Equal($"{Cli.Server.Address}{place}", Assert.Single(Cli.Opened));
        Assert.Equal($"{Cli.Server.Address}{place}", Cli.Output.Trim());
    }

    [Fact]
    public async Task Without_a_browser_the_link_is_still_printed()
    {
        Cli.HasBrowser = false;

        Assert.Equal(0, await Cli.RunAsync("open"));

        Assert.Contains("Open the link yourself.", Cli.Error, StringComparison.Ordinal);
        Assert.Equal($"{Cli.Server.Address}", Cli.Output.Trim());
    }

    [Fact]
    public async Task Without_a_server_nothing_is_opened_and_it_says_how_to_start_one()
    {
        Cli.Server.IsForCommand = true;

        Assert.Equal(1, await Cli.RunAsync("open"));

        Assert.Contains("No server is running", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Opened);
    }

    [Fact]
    public async Task Save_names_the_emulator_once()
    {
        Cli.Server.HasEmulator = true;
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        Assert.Equal(0, await SaveAsync());

        Assert.Single(Cli.Output.Split('\n'), line => line.Contains("The emulator makes the images; nothing is billed.", StringComparison.Ordinal));
    }
}
