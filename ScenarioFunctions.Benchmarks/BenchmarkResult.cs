namespace ScenarioFunctions.Benchmarks;

/// <summary>One row of a benchmark's table.</summary>
/// <param name="Name">In snake_case: the JSON's property.</param>
/// <param name="Value">In the unit that the name says.</param>
/// <param name="Target">What was aimed at, for a person; null where nothing was.</param>
/// <param name="Meaning">What was measured.</param>
internal sealed record BenchmarkResult(string Name, double Value, string? Target, string Meaning);
