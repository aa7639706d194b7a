namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary><c>--out</c> and <c>--strict</c>.</summary>
public sealed class SaveImagesTests : CliTests
{
    private const string Other = "/storage/v1/object/public/generated-content/scenes/scene_0b6d1c5e-7a53-4f1e-9c38-2f8a54a1d002.jpg";

    [Fact]
    public async Task Images_are_copied_under_names_that_say_what_they_are_and_shown_there()
    {
        Store(TaskStates.ImageUrl, "one");
        Store(Other, "two");
        Cli.WriteFile("pictures/02-product-showcase.png", "an earlier one");
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene,
            TaskStates.Scene(2, "completed", imageUrl: TaskStates.ImageUrl),
            TaskStates.Scene(13, "completed", imageUrl: "https://films.example" + Other)));

        Assert.Equal(0, await SaveAsync("--out", "pictures"));

        Assert.Equal(["02-product-showcase.png", "13-product-showcase.jpg"], Names("pictures"));
        Assert.Equal("one", await ReadAsync("pictures/02-product-showcase.png"));
        Assert.Equal("two", await ReadAsync("pictures/13-product-showcase.jpg"));
        Assert.Contains(Path.Combine("pictures", "13-product-showcase.jpg"), Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("generated-content", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_scenarios_each_has_a_folder_of_its_own()
    {
        Store(TaskStates.ImageUrl, "one");
        Cli.WriteFile("x/a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("y/a.json", """{"title":"A","scenes":[]}""");
        Cli.Server.Script(TaskStates.Completed(TaskStates.Scene(2, "completed", imageUrl: TaskStates.ImageUrl)));

        Assert.Equal(0, await Cli.RunAsync("save", "x", "y", "--out", "pictures"));

        Assert.Equal(["02-product-showcase.png"], Names("pictures/a"));
        Assert.Equal(["02-product-showcase.png"], Names("pictures/a-2"));
    }

    [Fact]
    public async Task A_task_that_is_shown_gives_its_images_too()
    {
        Store(TaskStates.ImageUrl, "one");
        Cli.Server.Script(TaskStates.Completed(TaskStates.Scene(2, "completed", imageUrl: TaskStates.ImageUrl)));

        Assert.Equal(0, await Cli.RunAsync("show", "task-1", "--out", "pictures", "--json"));

        Assert.Equal(["02-product-showcase.png"], Names("pictures"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_before_anything_is_started()
    {
        Cli.WriteFile("pictures", "a file");

        Assert.Equal(2, await SaveAsync("--out", "pictures"));

        Assert.Contains("--out pictures is not a folder that can be written to", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task An_image_that_is_not_on_this_machine_exits_1_and_the_result_is_shown_all_the_same()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.Scene(2, "completed", imageUrl: TaskStates.ImageUrl)));

        Assert.Equal(1, await SaveAsync("--out", "pictures"));

        Assert.Contains("The image of scene 2 is not in the data folder", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("Saved: ", Cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "skipped", "insufficient_credits", "--strict")]
    [InlineData(3, "skipped", "no_image_prompt", "--strict")]
    [InlineData(0, "completed", null, "--strict")]
    [InlineData(0, "skipped", "insufficient_credits")]
    public async Task Strict_exits_3_when_a_scene_besides_the_first_has_no_image(
        int exitCode, string status, string? reason, params string[] options)
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene, TaskStates.Scene(2, status, reason)));

        Cli.Server.IsForManyCommands = true;

        Assert.Equal(exitCode, await SaveAsync(options));
        Assert.Equal(exitCode, await Cli.RunAsync(["watch", "task-1", .. options]));
        Assert.Equal(exitCode, await Cli.RunAsync(["show", "task-1", .. options]));
    }

    private void Store(string url, string content) => Cli.WriteFile(
        Path.Combine(".scenario-data", "generated-content", "scenes", url.Split('/')[^1]), content);

    private IEnumerable<string?> Names(string folder) =>
        Directory.GetFiles(Path.Combine(Cli.Folder, folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Cli.Folder, file), TestContext.Current.CancellationToken);
}
