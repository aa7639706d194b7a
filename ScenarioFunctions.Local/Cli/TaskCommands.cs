using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The commands <c>show</c>, <c>watch</c> and <c>cancel</c>, each with <c>TASK</c>.</summary>
internal static class TaskCommands
{
    public static Command Show(CliEnvironment environment) => Create(
        environment, "show", "Show a task: its state, each scene, and where the images are.", "the task", ServerUse.Look, ShowAsync);

    public static Command Watch(CliEnvironment environment) => Create(
        environment, "watch", "Follow a task until it has ended. Ctrl+C stops following; the task goes on.", "the finished task",
        ServerUse.Work, WatchAsync);

    public static Command Cancel(CliEnvironment environment) => Create(
        environment, "cancel", "Cancel a task: no new image is started, and images that were made are kept.", "the cancelled task",
        ServerUse.Look, CancelAsync);

    public static Argument<string> TaskArgument() => new("TASK")
    {
        Description = "The task's id, as `list` shows it, or its link in the studio.",
        CustomParser = ParseTask,
    };

    /// <exception cref="CliException">There is no such task.</exception>
    public static async Task<TaskReading> ReadAsync(ServerLink link, string taskId, CancellationToken cancellationToken)
    {
        try
        {
            return await link.AskAsync(api => api.ReadTaskAsync(taskId, null, cancellationToken), cancellationToken);
        }
        catch (ApiProblemException problem) when (problem.Status == HttpStatusCode.NotFound)
        {
            throw new CliException(ExitCodes.BadInput, $"There is no task {taskId}. `list` shows the tasks.", problem);
        }
    }

    private static Command Create(
        CliEnvironment environment, string name, string description, string what, ServerUse use, Func<Call, Task<int>> run)
    {
        var task = TaskArgument();
        var result = new ResultOptions(what);
        var command = new Command(name, description) { task, result.Json };
        if (name != "cancel")
        {
            command.Options.Add(result.Out);
            command.Options.Add(result.Strict);
        }

        command.SetAction((parsed, _) => ServerLink.UseAsync(environment, use, (link, interrupted) =>
            run(new Call(environment, link, parsed.GetRequiredValue(task), result.Of(parsed), interrupted))));
        return command;
    }

    private static async Task<int> ShowAsync(Call call)
    {
        call.Output.OpenFolder();
        return call.Output.Show(call.Link, await call.ReadAsync());
    }

    private static async Task<int> WatchAsync(Call call)
    {
        await call.ReadAsync(); // says so when there is no such task
        call.Output.OpenFolder();
        var follower = new TaskFollower(call.Environment, call.Link);
        follower.Add(call.TaskId);
        try
        {
            await call.Output.WatchAsync(follower, [""], call.Interrupted);
        }
        catch (OperationCanceledException) when (call.Interrupted.IsCancellationRequested)
        {
            call.Environment.Tell(call.Link.IsForCommand
                ? $"No longer watching. Task {call.TaskId} continues with the next server or command. `cancel {call.TaskId}` cancels it."
                : $"No longer watching. Task {call.TaskId} goes on. `cancel {call.TaskId}` cancels it.");
            return ExitCodes.Cancelled;
        }

        return call.Output.Report(call.Link, follower.Tasks[0].Last!);
    }

    private static async Task<int> CancelAsync(Call call)
    {
        var before = await call.ReadAsync();
        var follower = new TaskFollower(call.Environment, call.Link);
        follower.Add(call.TaskId);
        if (!before.Task.Status.IsFinal())
        {
            await follower.CancelAsync();
        }

        var task = follower.Tasks[0].Last ?? before;
        if (task.Task.Status is TaskState.Completed or TaskState.Failed)
        {
            throw new CliException(
                ExitCodes.Failed, $"Task {call.TaskId} is {EnumNames.Of(task.Task.Status)}: it can no longer be cancelled.");
        }

        call.Output.Report(call.Link, task);
        return task.Task.Status == TaskState.Cancelled ? ExitCodes.Completed : ExitCodes.Failed;
    }

    private static string? ParseTask(ArgumentResult result)
    {
        if (result.Tokens is not [{ Value: var text }])
        {
            return null;
        }

        var id = Uri.UnescapeDataString(text[(text.LastIndexOf("/tasks/", StringComparison.Ordinal) is var at and >= 0 ? at + 7 : 0)..]);
        if (Identifiers.IsId(id))
        {
            return id;
        }

        result.AddError($"'{text}' is not the id of a task. `list` shows the ids.");
        return null;
    }

    /// <summary>One call of a command.</summary>
    private sealed record Call(CliEnvironment Environment, ServerLink Link, string TaskId, ResultSettings Result, CancellationToken Interrupted)
    {
        public TaskOutput Output { get; } = new(Environment, Result);

        public Task<TaskReading> ReadAsync() => TaskCommands.ReadAsync(Link, TaskId, Interrupted);
    }
}
