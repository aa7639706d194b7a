using System.Text.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// The workflow's code, at work on one task, on one thread at a time. Given the same journal in the same
/// order, it makes the same calls. Until <see cref="GoLive"/> nothing that it does is seen outside.
/// </summary>
internal sealed class WorkflowExecution(string taskId, Action<StepCall> start, Action<WorkflowProgress> report)
    : IWorkflowContext
{
    private readonly WorkflowLoop loop = new();
    private readonly Dictionary<int, StepCall> calls = [];
    private Task<SaveScenarioResult>? workflow;
    private WorkflowProgress progress = new();
    private bool live;
    private int nextPosition;

    public string TaskId => taskId;

    /// <summary>The whole run; completed once the workflow's code has ended.</summary>
    public Task<SaveScenarioResult> Workflow => workflow!;

    public WorkflowProgress Progress => progress;

    /// <summary>The steps called and not finished, in the order of the calls.</summary>
    public IReadOnlyList<StepCall> Pending => [.. calls.Values.OrderBy(call => call.Position)];

    /// <summary>Runs the workflow's code from the start and gives it what the journal has.</summary>
    /// <returns>What does not fit, for a person; null when the journal fits the code.</returns>
    public string? Replay(SaveScenarioInput input, IReadOnlyList<JournalEntry> journal)
    {
        string? mismatch = null;
        loop.Run(() => workflow = SaveScenarioWorkflow.RunAsync(this, input));
        foreach (var entry in journal)
        {
            loop.Run(() => mismatch = Apply(entry));
            if (mismatch is not null)
            {
                break;
            }
        }

        return mismatch;
    }

    /// <summary>Starts what the journal has no result of, and from now on every step as it is called.</summary>
    public void GoLive()
    {
        live = true;
        report(progress);
        foreach (var call in Pending)
        {
            start(call);
        }
    }

    /// <summary>Gives the workflow the result of a step that has finished and is on disk.</summary>
    public void Deliver(StepCall call)
    {
        calls.Remove(call.Position);
        loop.Run(call.Complete);
    }

    public Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input)
    {
        var call = new StepCall<TInput, TResult>(nextPosition++, step, input);
        calls.Add(call.Position, call);
        if (live)
        {
            start(call);
        }

        return call.Task;
    }

    public void ReportProgress(WorkflowProgress progress)
    {
        this.progress = progress;
        if (live)
        {
            report(progress);
        }
    }

    private string? Apply(JournalEntry entry)
    {
        if (!calls.Remove(entry.Position, out var call) || call.Step != entry.Step)
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
