using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>What the service is known to get wrong so far: let pass, so that all else is found. Each is to go.</summary>
internal static class KnownGaps
{
    /// <summary>
    /// A cancel that comes while a step ends with "call me again": nobody does. Or it could not mark its scenes, and no
    /// step ends after it, which would.
    /// </summary>
    public static bool LeavesUnended(TaskState? task, SceneState scene) =>
        task == TaskState.Cancelled && scene.Status is SceneStatus.Generating or SceneStatus.Pending;

    /// <summary>The same cancel, while the database does not take the generation's id: nobody cancels that generation.</summary>
    public static bool ForgetsOrder(TaskState? task, SceneState scene) =>
        task == TaskState.Cancelled && scene is { Status: SceneStatus.Cancelled, GenerationId: null };

    /// <summary>The same cancel leaves credits held until the hold lapses.</summary>
    public static bool LeavesHeld(TaskState? task) => task == TaskState.Cancelled;
}
