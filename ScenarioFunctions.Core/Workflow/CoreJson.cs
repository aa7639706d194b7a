using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// How inputs and results are written to journals and histories: source-generated, snake_case, nulls left out. A host's
/// serializer must use these options, so that both engines write the same JSON. The depth is 128: version 0.1.0 accepted JSON
/// 64 levels deep, a journal wraps it in a few more, and its journals must stay readable.
/// </summary>
[JsonSourceGenerationOptions(
    MaxDepth = CoreJson.MaxDepth,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SaveScenarioInput))]
[JsonSerializable(typeof(SaveScenarioResult))]
[JsonSerializable(typeof(TaskCallback))]
[JsonSerializable(typeof(WorkflowProgress))]
[JsonSerializable(typeof(SaveScenarioStepInput))]
[JsonSerializable(typeof(SaveScenesStepInput))]
[JsonSerializable(typeof(CheckCreditsInput))]
[JsonSerializable(typeof(ReleaseCreditsInput))]
[JsonSerializable(typeof(GenerateSceneImageInput))]
[JsonSerializable(typeof(CleanUpInput))]
[JsonSerializable(typeof(StepResult<CleanedUp>))]
[JsonSerializable(typeof(StepResult<SavedScenario>))]
[JsonSerializable(typeof(StepResult<SavedScenes>))]
[JsonSerializable(typeof(StepResult<CreditCheck>))]
[JsonSerializable(typeof(StepResult<ReleasedCredits>))]
[JsonSerializable(typeof(StepResult<SceneImageOutcome>))]
public sealed partial class CoreJson : JsonSerializerContext
{
    public const int MaxDepth = 128;
}
