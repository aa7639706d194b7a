using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary><c>show</c>, <c>watch</c> and <c>cancel</c>.</summary>
public sealed class TaskCommandTests : CliTests
{
    private const string Delete = "DELETE /scenario/save/tasks/task-1";

    private static readonly object Generating = TaskStates.Task(
        "running", 70, "Generating images: 0 of 1 done", [TaskStates.FirstScene, TaskStates.Scene(2, "generating")]);

    private static readonly object Cancelled = TaskStates.Task(
        "cancelled", 70, "Cancelled", [TaskStates.FirstScene, TaskStates.Scene(2, "cancelled", "cancelled")]);

    private static readonly object Failed = TaskStates.Task(
        "failed", 25, "x", error: new { code = "save_scenes_failed", message = "Disk full" });

    [Fact]
    public async Task A_task_is_shown_with_its_state_its_scenes_and_its_links_and_nothing_is_changed()
    {
        Cli.Server.Script(Generating);

        Assert.Equal(0, await Cli.RunAsync("show", "task-1"));

        foreach (var text in new[]
        {
            "Product [Showcase] ✨", "status      running, 70%: Generating images: 0 of 1 done", "user        local-user, short short",
            "started     2025-11-22 10:00:00 UTC, ", "task        task-1", "scenario    5d1f7f0e-0000-5000-8000-000000000001",
            $"studio      {Cli.Server.Address}#/tasks/task-1", "generating",
        })
        {
            Assert.Contains(text, Cli.Output, StringComparison.Ordinal);
        }

        Assert.Equal(ServerUse.Look, Cli.Use);
        Assert.All(Cli.Server.Requests, request => Assert.StartsWith("GET ", request.Line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_task_is_shown_with_its_error_and_showing_it_is_no_failure()
    {
        Cli.Server.Script(Failed);

        Assert.Equal(0, await Cli.RunAsync("show", "task-1"));

        Assert.Contains("Failed: Disk full (save_scenes_failed)", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happened_is_told_in_order_with_times_and_the_kind_of_a_rejection()
    {
        object[] scenes =
        [
            new { scene_number = 2, status = "skipped", reason = "content_rejected", ordered_at = "2025-11-22T10:00:04.100Z", attempt = 2, ended_at = "2025-11-22T10:00:09.000Z", failure_code = "SAFETY.INPUT.TEXT" },
            new { scene_number = 3, status = "completed", image_url = TaskStates.ImageUrl, ordered_at = "2025-11-22T10:00:02.100Z", attempt = 1, stored_at = "2025-11-22T10:00:06.100Z", ended_at = "2025-11-22T10:00:06.200Z" },
            new { scene_number = 4, status = "skipped", reason = "timed_out" },
        ];
        var task = JsonSerializer.SerializeToNode(TaskStates.Completed([TaskStates.FirstScene, .. scenes]))!;
        task["held_at"] = "2025-11-22T10:00:01.500Z";
        task["completed_at"] = "2025-11-22T10:00:10.000Z";
        Cli.Server.Script(task);

        Assert.Equal(0, await Cli.RunAsync("show", "task-1"));

        Assert.Contains(
            string.Join(Environment.NewLine,
                "What happened, in UTC:",
                "  10:00:00  started",
                "  10:00:01  credits held",
                "  10:00:02  scene 3: ordered, stored 10:00:06, charged 10:00:06",
                "  10:00:04  scene 2: ordered (attempt 2), rejected by RunwayML's moderation 10:00:09",
                "  10:00:10  completed"),
            Cli.Output.Replace(" (SAFETY.INPUT.TEXT)", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains("rejected by RunwayML's moderation (SAFETY.INPUT.TEXT) 10:00:09", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_task_of_before_there_were_times_none_are_told()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene, TaskStates.Scene(2, "skipped", "content_rejected")));

        await Cli.RunAsync("show", "task-1");

        Assert.DoesNotContain("What happened", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_task_is_printed_as_the_api_tells_it()
    {
        Cli.Server.Script(Generating);

        Assert.Equal(0, await Cli.RunAsync("show", "task-1", "--json"));

        using var printed = JsonDocument.Parse(Cli.Output);
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(Generating), printed.RootElement));
    }

    [Fact]
    public async Task Where_no_server_runs_an_unfinished_task_is_said_to_wait()
    {
        Cli.Server.IsForCommand = true;
        Cli.Server.Script(Generating);

        await Cli.RunAsync("show", "task-1");

        Assert.Contains("No server is running, so it waits.", Cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:7071/#/tasks/task-1")]
    [InlineData("http://localhost:7071/scenario/save/tasks/task-1")]
    public async Task A_link_names_a_task_as_well_as_its_id(string link)
    {
        Cli.Server.Script(Generating);

        Assert.Equal(0, await Cli.RunAsync("show", link));

        Assert.Equal("GET /scenario/save/tasks/task-1", Assert.Single(Cli.Server.Requests).Line);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("watch")]
    [InlineData("cancel")]
    public async Task A_task_that_is_not_there_exits_2_and_leads_to_the_list(string command)
    {
        Cli.Server.Answer = _ => Results.Problem("No task has this id.", statusCode: 404);

        Assert.Equal(2, await Cli.RunAsync(command, "task-9"));

        Assert.Contains("There is no task task-9. `list` shows the tasks.", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Output);
    }

    [Theory]
    [InlineData("show", "a b")]
    [InlineData("cancel", "..")]
    [InlineData("watch", "http://localhost:7071/#/tasks/")]
    public async Task What_can_be_no_id_exits_2_and_nothing_is_asked(string command, string text)
    {
        Assert.Equal(2, await Cli.RunAsync(command, text));

        Assert.Contains($"'{text}' is not the id of a task", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_task_is_watched_to_its_end_and_its_result_shown()
    {
        Cli.Server.Script(Generating, Generating, TaskStates.Completed(TaskStates.FirstScene, TaskStates.Scene(2, "completed", imageUrl: "https://cdn.example/a.png")));

        Assert.Equal(0, await Cli.RunAsync("watch", "task-1"));

        Assert.Contains("Generating images: 0 of 1 done", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("https://cdn.example/a.png", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("Saved: ", Cli.Output, StringComparison.Ordinal);
        Assert.Equal(ServerUse.Work, Cli.Use);
    }

    [Fact]
    public async Task A_watched_task_that_fails_exits_1()
    {
        Cli.Server.Script(Generating, Failed);

        Assert.Equal(1, await Cli.RunAsync("watch", "task-1", "--json"));

        Assert.Equal("failed", JsonDocument.Parse(Cli.Output).RootElement.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ctrl_C_stops_watching_and_the_task_goes_on(bool terminal)
    {
        Cli.Terminal = terminal;
        Cli.Server.Script(Generating);
        Cli.Server.Answer = request =>
        {
            if (request.Headers.IfNoneMatch.Count > 0)
            {
                Cli.Interrupt();
            }

            return null;
        };

        Assert.Equal(130, await Cli.RunAsync("watch", "task-1"));

        Assert.Contains("Task task-1 goes on.", Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Server.Requests, request => request.Line == Delete);
    }

    [Fact]
    public async Task A_running_task_is_cancelled_and_what_was_kept_is_told()
    {
        Cli.Server.Script(Generating);
        Cli.Server.Cancelled.Enqueue(TaskStates.Task(
            "cancelled", 70, "Cancelled", [TaskStates.FirstScene, TaskStates.Scene(2, "generating")]));
        Cli.Server.Cancelled.Enqueue(Cancelled);

        Assert.Equal(0, await Cli.RunAsync("cancel", "task-1"));

        Assert.Single(Cli.Server.Requests, request => request.Line == Delete);
        Assert.Contains("Kept: 0 images made.", Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Still stopping", Cli.Output, StringComparison.Ordinal);
        Assert.Equal(ServerUse.Look, Cli.Use);
    }

    [Fact]
    public async Task A_cancelled_task_can_be_cancelled_again()
    {
        Cli.Server.Script(Cancelled);

        Assert.Equal(0, await Cli.RunAsync("cancel", "task-1", "--json"));

        Assert.Equal("cancelled", JsonDocument.Parse(Cli.Output).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_task_that_has_completed_cannot_be_cancelled()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        Assert.Equal(1, await Cli.RunAsync("cancel", "task-1"));

        Assert.Contains("Task task-1 is completed: it can no longer be cancelled.", Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Server.Requests, request => request.Line == Delete);
    }

    [Fact]
    public async Task A_task_that_completes_while_it_is_being_cancelled_has_completed()
    {
        Cli.Server.Script(Generating);
        Cli.Server.Answer = request =>
        {
            if (request.Method != "DELETE")
            {
                return null;
            }

            Cli.Server.Task.Clear();
            Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
            return Results.Problem("It has completed.", statusCode: 409);
        };

        Assert.Equal(1, await Cli.RunAsync("cancel", "task-1"));

        Assert.Contains("is completed", Cli.Error, StringComparison.Ordinal);
    }
}
