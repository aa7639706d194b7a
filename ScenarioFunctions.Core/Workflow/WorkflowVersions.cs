namespace ScenarioFunctions.Core.Workflow;

/// <summary>One version of the workflow: deterministic, see <see cref="IWorkflowContext"/>.</summary>
/// <exception cref="WorkflowFailedException">A step failed permanently.</exception>
public delegate Task<SaveScenarioResult> WorkflowVersion(IWorkflowContext context, SaveScenarioInput input);

/// <summary>
/// The versions of the workflow that this program can run. A task runs in the version that was current when it was posted, to its end.
/// A task of another version waits until a program starts that has its version. See docs/changing-the-workflow.md.
/// </summary>
/// <param name="all">Each version by its number. New tasks get the highest.</param>
public sealed class WorkflowVersions(IReadOnlyDictionary<int, WorkflowVersion> all)
{
    /// <summary>The version of tasks that have no number: those of releases before there were numbers.</summary>
    public const int First = 1;

    /// <summary>The versions of this program. Add a changed workflow with the next number, and keep the old one while tasks of it run.</summary>
    public static WorkflowVersions OfThisProgram { get; } = new(new Dictionary<int, WorkflowVersion>
    {
        [First] = Workflows.RunAsync,
    });

    /// <summary>The version of new tasks.</summary>
    public int Current { get; } = all.Keys.Max();

    public bool Has(int version) => all.ContainsKey(version);

    /// <param name="version">One that this program has.</param>
    /// <param name="context">The task's.</param>
    /// <param name="input">The task's.</param>
    public Task<SaveScenarioResult> RunAsync(int version, IWorkflowContext context, SaveScenarioInput input) => all[version](context, input);

    /// <summary>What a task of a version that this program does not have is told to wait for; text for people.</summary>
    public string WaitingFor(int version) =>
        $"Waiting for a program that has version {version} of the workflow; this one has {this}";

    public override string ToString() => string.Join(", ", all.Keys.Order());
}
