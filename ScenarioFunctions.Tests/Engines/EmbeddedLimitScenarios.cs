using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the embedded engine.</summary>
public sealed class EmbeddedLimitScenarios() : LimitScenarios(new EmbeddedEngineHost());
