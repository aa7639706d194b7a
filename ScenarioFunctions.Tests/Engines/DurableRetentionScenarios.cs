using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the real Durable Task engine.</summary>
public sealed class DurableRetentionScenarios() : RetentionScenarios(new DurableEngineHost());
