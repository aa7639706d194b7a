using System.Text.Json;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class SaveCommandTests : CliTests
{
    [Fact]
    public async Task A_scenario_is_posted_whole_and_followed_to_its_end()
    {
        Cli.Server.Script(
            TaskStates.Task("pending", 0, "Waiting to start"),
            TaskStates.Running(25, "Saving the scenes"),
            TaskStates.Running(70, "Generating images: 0 of 1 done"),
            TaskStates.Completed(TaskStates.FirstScene, TaskStates.Scene(2, "completed", imageUrl: "https://cdn.example/a.png")));

        Assert.Equal(0, await Cli.RunAsync("save", Cli.WriteFile("Été 2025!.json", """{"title":"T","scenes":[]}""")));

        var post = Assert.Single(Cli.Server.Requests, request => request.Line == "POST /scenario/save");
        Assert.Equal("""{"scenario":{"title":"T","scenes":[]},"user_id":"local-user","short_id":"t-2025"}""", post.Body);
        Assert.Equal(
            ["  0%  Waiting to start", " 25%  Saving the scenes", " 70%  Generating images: 0 of 1 done", "100%  Scenario saved", ""],
            Cli.Error.ReplaceLineEndings("\n").Split('\n'));
        Assert.DoesNotContain("%", Cli.Output, StringComparison.Ordinal);
        Assert.StartsWith($"Task task-1{Environment.NewLine}  {Cli.Server.Address}#/tasks/task-1{Environment.NewLine}", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("https://cdn.example/a.png", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("already has its image (first_scene)", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("Saved: Product [Showcase] ✨, 2 scenes, 1 image made.", Cli.Output, StringComparison.Ordinal);
        Assert.True(Cli.Server.IsDisposed);
    }

    [Fact]
    public async Task A_message_that_has_not_changed_is_printed_once_and_asked_for_by_its_etag()
    {
        var same = TaskStates.Running(70, "Generating images");
        Cli.Server.Script(
            same, same, TaskStates.Running(75, "Generating images"), TaskStates.Completed(TaskStates.FirstScene));

        await SaveAsync();

        Assert.Single(Cli.Error.Split('\n'), line => line.Contains("Generating images", StringComparison.Ordinal));
        Assert.Contains(Cli.Server.Requests, request => request.IfNoneMatch.Length > 0);
    }

    [Fact]
    public async Task Credits_are_shown_before_and_after_with_what_was_charged()
    {
        Cli.Server.Charge = 2;
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        await SaveAsync();

        Assert.Contains("Credits of local-user: 100 before, 98 after; 2 charged.", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_request_is_taken_with_its_own_ids_unless_options_say_otherwise()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
        Cli.Input = """{"short_id":"s1","user_id":"ann","scenario":"{\"title\":\"T\"}"}""";

        Assert.Equal(0, await Cli.RunAsync("save", "-", "--short", "s2"));

        var post = Assert.Single(Cli.Server.Requests, request => request.Line == "POST /scenario/save");
        Assert.Equal("""{"short_id":"s2","user_id":"ann","scenario":"{\"title\":\"T\"}"}""", post.Body);
    }

    [Fact]
    public async Task A_scenario_that_has_a_field_named_scenario_is_still_a_scenario()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
        Cli.Input = """{"scenario":"x","scenes":[]}""";

        await Cli.RunAsync("save", "-");

        var post = Assert.Single(Cli.Server.Requests, request => request.Line == "POST /scenario/save");
        Assert.StartsWith("""{"scenario":{"scenario":"x","scenes":[]}""", post.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_scenario_does_no_harm()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        Assert.Equal(0, await Cli.RunAsync("save", Cli.WriteFile("bom.json", "\uFEFF{\"scenes\":[]}")));
    }

    [Fact]
    public async Task A_file_as_a_language_model_wrote_it_is_read_and_what_was_left_out_is_told()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
        var file = Cli.WriteFile("answer.md", "Here you are:\n```json\n{\"title\":\"T\",\"scenes\":[{}]}\n```\n");

        Assert.Equal(0, await Cli.RunAsync("save", file));

        var post = Assert.Single(Cli.Server.Requests, request => request.Line == "POST /scenario/save");
        Assert.StartsWith("""{"scenario":{"title":"T","scenes":[{}]},""", post.Body, StringComparison.Ordinal);
        Assert.Contains("Note: The JSON was taken out of a Markdown code block", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_task_is_printed_as_the_api_tells_it_and_nothing_else()
    {
        var completed = TaskStates.Completed(TaskStates.FirstScene, TaskStates.Scene(2, "skipped", "content_rejected"));
        Cli.Server.Script(TaskStates.Running(70, "Generating images"), completed);
        (Cli.Terminal, Cli.Width) = (true, 40);

        Assert.Equal(0, await SaveAsync("--json"));

        using var printed = JsonDocument.Parse(Cli.Output);
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(completed), printed.RootElement));
        Assert.Empty(Cli.Error);
    }

    [Fact]
    public async Task With_json_a_failed_task_is_printed_too_and_the_error_told_apart()
    {
        Cli.Server.Script(TaskStates.Task("failed", 25, "x", error: new { code = "save_scenes_failed", message = "Disk full" }));

        Assert.Equal(1, await SaveAsync("--json"));

        Assert.Equal("failed", JsonDocument.Parse(Cli.Output).RootElement.GetProperty("status").GetString());
        Assert.Contains("Disk full (save_scenes_failed)", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_task_exits_1_with_its_code_and_message_and_what_was_kept()
    {
        Cli.Server.Script(TaskStates.Task(
            "failed", 65, "x",
            [TaskStates.FirstScene, TaskStates.Scene(2, "failed")],
            error: new { code = "check_credits_failed", message = "Checking the credits failed" }));

        Assert.Equal(1, await SaveAsync());

        Assert.Contains("The task failed: Checking the credits failed (check_credits_failed)", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("Failed: Product [Showcase] ✨. Kept: 0 images made.", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_gets_a_bar_with_the_message_and_coloured_states()
    {
        Cli.Terminal = true;
        Cli.Server.Script(
            TaskStates.Running(70, "Generating [images]"),
            TaskStates.Completed(TaskStates.FirstScene, TaskStates.Scene(2, "completed")));

        Assert.Equal(0, await SaveAsync());

        Assert.Contains("Scenario saved", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("100%", Cli.Output, StringComparison.Ordinal);
        Assert.Matches("\u001b\\[32mcompleted", Cli.Output);
    }

    [Fact]
    public async Task The_api_key_of_the_settings_is_sent_with_every_request()
    {
        Cli.Settings["API_KEY"] = "k3y";
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        await SaveAsync();

        Assert.All(Cli.Server.Requests, request => Assert.Equal("Bearer k3y", request.Authorization));
    }
}
