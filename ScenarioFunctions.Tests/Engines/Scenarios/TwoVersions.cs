using System.Collections.Concurrent;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>A workflow and its next version, which calls its steps in another order: it holds the credits first.</summary>
public sealed class TwoVersions
{
    private readonly ConcurrentDictionary<(string TaskId, int Version), bool> ran = new();

    /// <summary>The program before the change.</summary>
    public WorkflowVersions First => new(new Dictionary<int, WorkflowVersion> { [1] = FirstAsync });

    /// <summary>The program with both versions.</summary>
    public WorkflowVersions Both => new(new Dictionary<int, WorkflowVersion> { [1] = FirstAsync, [2] = SecondAsync });

    /// <summary>The program from which the first version was removed.</summary>
    public WorkflowVersions Second => new(new Dictionary<int, WorkflowVersion> { [2] = SecondAsync });

    /// <summary>The versions in which a task ran.</summary>
    public IEnumerable<int> RanBy(string taskId) => ran.Keys.Where(one => one.TaskId == taskId).Select(one => one.Version).Order();

    private Task<SaveScenarioResult> FirstAsync(IWorkflowContext context, SaveScenarioInput input)
    {
        ran[(context.TaskId, 1)] = true;
        return Workflows.RunAsync(context, input);
    }

    private async Task<SaveScenarioResult> SecondAsync(IWorkflowContext context, SaveScenarioInput input)
    {
        ran[(context.TaskId, 2)] = true;
        await context.CallStepAsync(
            WorkflowSteps.CheckCredits, Workflows.HoldFor(context.TaskId, input, Workflows.ScenesToImage(input).Count));
        return await Workflows.RunAsync(context, input);
    }
}
