using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The scene ends here without an image; thrown from within the image step only.</summary>
internal sealed class SceneEndedException(SceneState state) : Exception($"The scene ended: {state.Reason}.")
{
    public SceneState State { get; } = state;
}
