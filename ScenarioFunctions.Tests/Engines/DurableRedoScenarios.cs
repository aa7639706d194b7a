using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

public sealed class DurableRedoScenarios() : RedoScenarios(new DurableEngineHost());

public sealed class DurableRedoCrashScenarios() : RedoCrashScenarios(() => new DurableEngineHost());
