using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the embedded engine.</summary>
public sealed class EmbeddedRetentionScenarios() : RetentionScenarios(new EmbeddedEngineHost());
