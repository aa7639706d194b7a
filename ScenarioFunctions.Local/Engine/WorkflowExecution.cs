using System.Text.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// The workflow's code, at work on one task, on one thread at a time. Given the same journal in the same
/// order, it makes the same calls. It starts nothing by itself: see <see cref="TakeCalls"/>.
/// </summary>
internal sealed class WorkflowExecution(string taskId) : IWorkflowContext
{
    private readonly WorkflowLoop loop = new();
    private readonly Dictionary<int, StepCall> pending = [];
    private readonly Queue<StepCall> called = new();
    private Task<SaveScenarioResult>? workflow;

    public string TaskId => taskId;

    /// <summary>The whole run; completed once the workflow's code has ended.</summary>
    public Task<SaveScenarioResult> Workflow => workflow!;

    /// <summary>The last that the workflow reported.</summary>
    public WorkflowProgress Progress { get; private set; } = new();

    /// <summary>How many steps the workflow has called.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs the workflow's code from the start and gives it what the journal has.</summary>
    /// <returns>What does not fit, for a person; null when the records fit the code.</returns>
    public string? Replay(TaskRecords records)
    {
        if (records.Input is not { } input)
        {
            return records.Fault;
        }

        string? mismatch = null;
        loop.Run(() => workflow = SaveScenarioWorkflow.RunAsync(this, input));
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

    /// <summary>Gives the workflow the result of a step that has finished and is on disk.</summary>
    public void Deliver(StepCall call)
    {
        pending.Remove(call.Position);
        loop.Run(call.Complete);
    }

    /// <summary>The steps that were called since the last time and have no result yet, in the order of the calls.</summary>
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
            return $"The journal has {entry.Step} as step {entry.Position}, where this version of the workflow calls "
                + $"{call?.Step ?? "nothing"}. Nothing was touched: finish the task with the version that began it, "
                + "or post the scenario again.";
        }

        try
        {
            call.Complete(entry.Result);
            return null;
        }
        catch (JsonException exception)
        {
            return $"The journal's result of step {entry.Position}, {entry.Step}, cannot be read: "
                + $"{exception.Message} Nothing was touched.";
        }
    }
}
