using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>What a front end is told of a run. Immutable: each report replaces the one before.</summary>
public sealed record WorkflowProgress
{
    /// <summary>0 to 100, never falling.</summary>
    public int Percent { get; init; }

    /// <summary>For a person: what is going on.</summary>
    public string Message { get; init; } = "Waiting to start";

    /// <summary>Set once the scenario's row is saved.</summary>
    public Guid? ScenarioId { get; init; }

    /// <summary>All scenes by number; empty before the run has started.</summary>
    public IReadOnlyList<SceneProgress> Scenes { get; init; } = [];

    /// <summary>Set just before the workflow ends in failure.</summary>
    public TaskError? Error { get; init; }
}
