using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

public sealed class EmbeddedRedoScenarios() : RedoScenarios(new EmbeddedEngineHost());

public sealed class EmbeddedRedoCrashScenarios() : RedoCrashScenarios(() => new EmbeddedEngineHost());
