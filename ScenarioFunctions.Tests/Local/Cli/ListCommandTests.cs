using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class ListCommandTests : CliTests
{
    private const string Running = "0b6d1c5e-7a53-8f1e-9c38-2f8a54a1d001";
    private const string Completed = "0b6d1c5e-7a52-8f1e-9c38-2f8a54a1d002";

    private string query = "";

    public static TheoryData<int> Widths => [40, 80, 160];

    [Fact]
    public async Task In_a_pipe_each_task_is_a_line_of_fields_with_tabs_between()
    {
        ListTwo();

        Assert.Equal(0, await Cli.RunAsync("list"));

        Assert.Equal(
            [
                $"{Running}\trunning\t70%\tann\t2025-11-22T10:00:00Z\tA tab here",
                $"{Completed}\tcompleted\t1 image\tann\t2025-11-22T07:00:00Z\tDone", "",
            ],
            Cli.Output.ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal("?limit=20", query);
        Assert.Equal(ServerUse.Look, Cli.Use);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task In_a_terminal_of_any_width_each_task_is_whole_and_no_line_is_too_long(int width)
    {
        ListTwo();
        (Cli.Terminal, Cli.Width) = (true, width);
        Cli.Time = new FakeTimeProvider(new DateTimeOffset(2025, 11, 22, 10, 5, 0, TimeSpan.Zero));

        Assert.Equal(0, await Cli.RunAsync("list"));

        var screen = TerminalText.Plain(Cli.Output);
        foreach (var text in new[] { Running, Completed, "70%", "1 image", "5 min ago", "3 h ago", "A tab here", "ann" })
        {
            Assert.Contains(text, screen, StringComparison.Ordinal);
        }

        Assert.All(screen.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width, line));
    }

    [Fact]
    public async Task Filters_are_sent_and_json_is_printed_as_the_api_tells_it()
    {
        ListTwo();

        Assert.Equal(0, await Cli.RunAsync(
            "list", "--json", "--user", "a+b", "--status", "running", "--limit", "100", "--cursor", "12"));

        Assert.Equal("?limit=100&user_id=a%2Bb&status=running&cursor=12", query);
        Assert.Equal(Running, JsonDocument.Parse(Cli.Output).RootElement.GetProperty("tasks")[0].GetProperty("task_id").GetString());
        Assert.Empty(Cli.Error);
    }

    [Theory]
    [InlineData("completed", 3, 5, "3 of 5 images")]
    [InlineData("completed", 5, 5, "5 images")]
    [InlineData("completed", 0, 1, "0 of 1 image")]
    [InlineData("cancelled", 2, 5, "2 of 5 images")]
    public async Task Missing_images_are_counted(string status, int made, int wanted, string told)
    {
        Cli.Server.Listed = [TaskStates.Listed(Completed, status, "2025-11-22T07:00:00Z", images: made, wanted: wanted)];

        await Cli.RunAsync("list");

        Assert.Equal(told, Cli.Output.Split('\t')[2]);
    }

    [Fact]
    public async Task A_list_that_goes_on_says_so()
    {
        ListTwo();
        Cli.Server.NextCursor = "7";

        await Cli.RunAsync("list");

        Assert.Contains("There are more. --limit 100", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tasks_it_says_how_to_start_one_and_standard_output_is_empty()
    {
        Assert.Equal(0, await Cli.RunAsync("list"));

        Assert.Contains("save samples/quiet-morning.json", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Output);
    }

    [Theory]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "101")]
    [InlineData("--limit", "many")]
    [InlineData("--status", "done")]
    public async Task A_wrong_value_exits_2_and_says_what_is_right(string option, string value)
    {
        Assert.Equal(2, await Cli.RunAsync("list", option, value));

        Assert.Contains($"{option} takes ", Cli.Error, StringComparison.Ordinal);
        Assert.Contains($"not '{value}'", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    private void ListTwo()
    {
        Cli.Server.Listed =
        [
            TaskStates.Listed(Running, "running", "2025-11-22T10:00:00Z", progress: 70, title: "A tab\there"),
            TaskStates.Listed(Completed, "completed", "2025-11-22T07:00:00Z", images: 1, title: "Done"),
        ];
        Cli.Server.Answer = request =>
        {
            query = request.QueryString.Value!;
            return null;
        };
    }
}
