namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class SaveReportTests : CliTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(200)]
    public async Task An_image_in_the_data_folder_is_shown_by_its_whole_relative_path_however_narrow_the_terminal(int width)
    {
        var path = StoreImage();
        (Cli.Width, Cli.Terminal) = (width, true);
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene, TaskStates.Scene(2, "completed", imageUrl: TaskStates.ImageUrl)));

        Assert.Equal(0, await SaveAsync());

        Assert.Contains(path, Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_under_a_public_address_is_still_found_in_the_data_folder()
    {
        var path = StoreImage();
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene,
            TaskStates.Scene(2, "completed", imageUrl: "https://scenarios.example" + TaskStates.ImageUrl)));

        await SaveAsync();

        Assert.Contains(path, Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("scenarios.example", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_is_not_in_the_data_folder_is_shown_by_its_url()
    {
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene, TaskStates.Scene(2, "completed", imageUrl: TaskStates.ImageUrl)));

        await SaveAsync();

        Assert.Contains(new Uri(Cli.Server.Address, TaskStates.ImageUrl).AbsoluteUri, Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_enough_credits_the_report_says_how_to_add_what_is_missing()
    {
        (Cli.Server.Charge, Cli.Server.Held) = (90, 8); // 2 are free, and two images cost 4
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene,
            TaskStates.Scene(2, "skipped", "insufficient_credits"),
            TaskStates.Scene(3, "skipped", "insufficient_credits")));

        Assert.Equal(0, await SaveAsync());

        Assert.Contains("No image for scenes 2-3: too few credits for all images. Add credits", Cli.Output, StringComparison.Ordinal);
        Assert.Contains(" credits local-user --grant 2" + Environment.NewLine, Cli.Output, StringComparison.Ordinal);
        Assert.Contains(" redo 5d1f7f0e-0000-5000-8000-000000000001" + Environment.NewLine, Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenes_are_grouped_by_what_to_do_about_them()
    {
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene,
            TaskStates.Scene(2, "skipped", "content_rejected"),
            TaskStates.Scene(3, "skipped", "outcome_unknown"),
            TaskStates.Scene(4, "skipped", "content_rejected"),
            TaskStates.Scene(5, "skipped", "content_rejected")));

        await SaveAsync();

        Assert.Contains("No image for scenes 2, 4-5: rejected by RunwayML's moderation. Reword", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("No image for scene 3: RunwayML's answer was lost.", Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("No image for scene 1", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_note_is_shown_and_cannot_steer_the_terminal()
    {
        Cli.Server.Script(TaskStates.Completed(
            TaskStates.FirstScene,
            TaskStates.Scene(2, "completed", imageUrl: "https://cdn.example/a.png", note: "Reference \u001b[31mleft out\nhere")));

        await SaveAsync();

        Assert.Contains("https://cdn.example/a.png", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("Reference  [31mleft out here", Cli.Output, StringComparison.Ordinal);
    }

    /// <returns>Its path from the working directory.</returns>
    private string StoreImage()
    {
        var path = Path.Combine(".scenario-data", "generated-content", "scenes", TaskStates.ImageUrl.Split('/')[^1]);
        var file = Path.Combine(Cli.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "png");
        return path;
    }
}
