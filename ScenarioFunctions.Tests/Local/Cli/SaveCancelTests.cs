using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class SaveCancelTests : CliTests
{
    private static readonly object Generating = TaskStates.Task(
        "running", 70, "Generating images",
        [TaskStates.FirstScene, TaskStates.Scene(2, "generating"), TaskStates.Scene(3, "generating")]);

    private static readonly object Settling = TaskStates.Task(
        "cancelled", 70, "Cancelled",
        [TaskStates.FirstScene, TaskStates.Scene(2, "completed", imageUrl: "https://cdn.example/a.png"), TaskStates.Scene(3, "generating")]);

    private static readonly object Settled = TaskStates.Task(
        "cancelled", 70, "Cancelled",
        [TaskStates.FirstScene, TaskStates.Scene(2, "completed", imageUrl: "https://cdn.example/a.png"), TaskStates.Scene(3, "cancelled", "cancelled")]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ctrl_C_cancels_the_task_waits_for_its_scenes_and_tells_what_was_kept(bool terminal)
    {
        Cli.Terminal = terminal;
        Cli.Server.Charge = 2;
        Cli.Server.Script(Generating);
        Cli.Server.Cancelled.Enqueue(Settling);
        Cli.Server.Cancelled.Enqueue(Settling);
        Cli.Server.Cancelled.Enqueue(Settled);
        InterruptWhileRunning();

        Assert.Equal(130, await SaveAsync());

        Assert.Single(Cli.Server.Requests, request => request.Line == "DELETE /scenario/save/tasks/task-1");
        Assert.Contains("Cancelling.", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("Kept: 1 image made.", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("100 before, 98 after; 2 charged.", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("cancelled before the image was made (cancelled)", Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Still stopping", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_cancelled_task_is_printed()
    {
        Cli.Server.Script(Generating);
        Cli.Server.Cancelled.Enqueue(Settled);
        InterruptWhileRunning();

        Assert.Equal(130, await SaveAsync("--json"));
        Assert.Equal("cancelled", JsonDocument.Parse(Cli.Output).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Scenes_that_do_not_settle_in_time_are_named()
    {
        var time = new FakeTimeProvider();
        Cli.Time = time;
        Cli.Server.Script(Generating);
        Cli.Server.Cancelled.Enqueue(Settling);
        var looksAfterCancel = 0;
        InterruptWhileRunning(request =>
        {
            var isCancelled = Cli.Server.Requests.Any(earlier => earlier.Line.StartsWith("DELETE", StringComparison.Ordinal));
            if (isCancelled && request.Method == "GET" && ++looksAfterCancel == 2)
            {
                time.Advance(Cli.Patience.Cancel); // the look before has told it that a scene is settling
            }

            return null;
        });

        Assert.Equal(130, await SaveAsync());
        Assert.Contains("Still stopping: scene 3.", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_completed_before_it_could_be_cancelled_has_completed()
    {
        Cli.Server.Script(Generating);
        InterruptWhileRunning(request =>
        {
            if (request.Method != "DELETE")
            {
                return null;
            }

            Cli.Server.Task.Clear();
            Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
            return Results.Problem("It has completed.", statusCode: 409);
        });

        Assert.Equal(0, await SaveAsync());
        Assert.Contains("Saved: ", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_while_the_request_is_on_its_way_still_cancels_its_task()
    {
        Cli.Server.Script(Generating);
        Cli.Server.Cancelled.Enqueue(Settled);
        Cli.Server.Answer = request =>
        {
            if (request.Method == "POST")
            {
                Cli.Interrupt();
            }

            return null;
        };

        Assert.Equal(130, await SaveAsync());
        Assert.Contains(Cli.Server.Requests, request => request.Line == "DELETE /scenario/save/tasks/task-1");
    }

    [Fact]
    public async Task Ctrl_C_before_the_request_was_sent_starts_nothing()
    {
        Cli.Interrupt();

        Assert.Equal(130, await SaveAsync());
        Assert.Contains("Cancelled before anything was started.", Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Server.Requests, request => request.Line == "POST /scenario/save");
    }

    [Fact]
    public async Task A_task_that_someone_else_cancelled_exits_130()
    {
        Cli.Server.Script(Generating, Settled);

        Assert.Equal(130, await SaveAsync());
    }

    /// <summary>Ctrl+C as soon as the task has been seen running.</summary>
    private void InterruptWhileRunning(Func<HttpRequest, IResult?>? answer = null) => Cli.Server.Answer = request =>
    {
        if (request.Headers.IfNoneMatch.Count > 0)
        {
            Cli.Interrupt();
        }

        return answer?.Invoke(request);
    };
}
