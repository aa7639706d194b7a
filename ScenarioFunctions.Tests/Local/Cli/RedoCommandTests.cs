namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class RedoCommandTests : CliTests
{
    private const string Id = "5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1";

    [Theory]
    [InlineData("""{"scenes":"missing"}""")]
    [InlineData("""{"scenes":[{"scene_number":3}]}""", "--scene", "3")]
    [InlineData("""{"scenes":[{"scene_number":3,"image_prompt":"A cup"}]}""", "--scene", "3", "--prompt", "A cup")]
    public async Task A_redo_is_posted_with_a_key_and_followed_to_its_end(string body, params string[] arguments)
    {
        Cli.Server.Script(
            TaskStates.Running(70, "Generating images: 0 of 1 done"),
            TaskStates.Completed(TaskStates.Scene(3, "completed", imageUrl: "https://cdn.example/a.png")));

        Assert.Equal(0, await Cli.RunAsync(["redo", Id, .. arguments]));

        var post = Assert.Single(Cli.Server.Requests, request => request.Line == $"POST /scenarios/{Id}/images");
        Assert.Equal(body, post.Body);
        Assert.NotEmpty(post.Key);
        Assert.Contains("https://cdn.example/a.png", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("Credits of ann", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_missing_it_says_so_and_starts_nothing()
    {
        Cli.Server.NothingIsMissing = true;

        Assert.Equal(0, await Cli.RunAsync("redo", Id));

        Assert.Contains("No scene with an image prompt is without an image.", Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Server.Requests, request => request.Line.StartsWith("GET /scenario/save", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_id_is_told_without_the_words_of_a_program()
    {
        Assert.Equal(2, await Cli.RunAsync("redo", "no-id"));

        Assert.StartsWith("SCENARIO takes the id of a scenario, as `save` shows it, not 'no-id'.", Cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redo")]
    [InlineData("redo", Id, "--prompt", "A cup")]
    public async Task Wrong_arguments_are_refused(params string[] arguments)
    {
        Assert.Equal(2, await Cli.RunAsync(arguments));
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task Save_says_when_the_short_was_saved_before_and_how_to_continue_it()
    {
        Cli.Server.Saved =
        [
            new { scenario_id = Id, short_id = "s1", user_id = "local-user", title = "T", scene_count = 2, images = 1, created_at = "" },
        ];
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        Assert.Equal(0, await Cli.RunAsync("save", Cli.WriteFile("a.json", """{"title":"T","scenes":[]}"""), "--short", "s1"));

        Assert.Contains("the short s1 was saved before", Cli.Error, StringComparison.Ordinal);
        Assert.Contains($"redo {Id}", Cli.Error, StringComparison.Ordinal);
        Assert.Single(Cli.Server.Requests, request => request.Line == "POST /scenario/save");
    }
}
