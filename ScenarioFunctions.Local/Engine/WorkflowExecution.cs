using System.Text.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Runs the workflow's code for one task, on one thread at a time. Given the same journal in the same order, it makes the same
/// calls. It does not start steps itself: see <see cref="TakeCalls"/>.
/// </summary>
internal sealed class WorkflowExecution(string taskId, WorkflowVersions versions) : IWorkflowContext
{
    private readonly WorkflowLoop loop = new();
    private readonly Dictionary<int, StepCall> pending = [];
    private readonly Queue<StepCall> called = new();
    private Task<SaveScenarioResult>? workflow;

    public string TaskId => taskId;

    /// <summary>Completes when the workflow's code has ended.</summary>
    public Task<SaveScenarioResult> Workflow => workflow!;

    /// <summary>The progress that the workflow reported last.</summary>
    public WorkflowProgress Progress { get; private set; } = new();

    /// <summary>How many steps the workflow has called.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs the workflow's code from the start, and passes it the results in the journal.</summary>
    /// <returns>Text for people: what does not match; null when the records match the code.</returns>
    public string? Replay(TaskRecords records)
    {
        if (records.Input is not { } input)
        {
            return records.Fault;
        }

        string? mismatch = null;
        loop.Run(() => workflow = versions.RunAsync(records.Row.Snapshot.WorkflowVersion, this, input));
        foreach (var entry in records.Journal)
        {
            loop.Run(() => mismatch = Apply(entry));
            if (mismatch is not null)
            {
                break;
            }
        }

        return mismatch;
    }

    /// <summary>Passes a step's result to the workflow. It is already on disk.</summary>
    public void Deliver(StepCall call)
    {
        pending.Remove(call.Position);
        loop.Run(call.Complete);
    }

    /// <summary>The steps called since the last time that have no result yet, in the order of the calls.</summary>
    public IEnumerable<StepCall> TakeCalls()
    {
        while (called.TryDequeue(out var call))
        {
            if (pending.ContainsKey(call.Position))
            {
                yield return call;
            }
        }
    }

    public Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input)
    {
        var call = new StepCall<TInput, TResult>(Calls++, step, input);
        pending.Add(call.Position, call);
        called.Enqueue(call);
        return call.Task;
    }

    public void ReportProgress(WorkflowProgress progress) => Progress = progress;

    private string? Apply(JournalEntry entry)
    {
        if (!pending.Remove(entry.Position, out var call) || call.Step != entry.Step)
        {
            return $"The journal has {entry.Step} as step {entry.Position}, but the workflow calls "
                + $"{call?.Step ?? "nothing"}: it was changed without a new version. Nothing was changed here. Finish the task with "
                + "the program that started it, or post the scenario again.";
        }

        try
        {
            call.Complete(entry.Result);
            return null;
        }
        catch (JsonException exception)
        {
            return $"The journal's result of step {entry.Position}, {entry.Step}, cannot be read: "
                + $"{exception.Message} Nothing was changed.";
        }
    }
}
