using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the real Durable Task engine, with its index of tasks.</summary>
public sealed class IndexedListScenarios(PostgresCluster cluster) : ListScenarios(new IndexedEngineHost(cluster));

/// <inheritdoc cref="IndexedListScenarios"/>
public sealed class IndexedRetentionScenarios(PostgresCluster cluster) : RetentionScenarios(new IndexedEngineHost(cluster));
