using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On Durable Task, replayed at every step.</summary>
public sealed class DurableCancelScenarios() : CancelScenarios(new DurableEngineHost());
