using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Steps;

public sealed record SaveScenarioStepInput(
    string TaskId, string ShortId, string UserId, ScenarioDetails Details, int SceneCount);
