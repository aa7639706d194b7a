namespace ScenarioFunctions.Api.Resources;

/// <summary>What works: <c>ok</c>, <c>degraded</c> or <c>unavailable</c>, in all and per dependency.</summary>
internal sealed record HealthResource(string Status, IReadOnlyDictionary<string, HealthCheckResource> Checks);
