using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Steps;

public sealed record SaveScenesStepInput(string TaskId, IReadOnlyList<Scene> Scenes);
