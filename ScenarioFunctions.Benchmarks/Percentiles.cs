namespace ScenarioFunctions.Benchmarks;

internal static class Percentiles
{
    /// <summary>The value below which the given share (0 to 1) of the sorted samples lie.</summary>
    public static double Of(IEnumerable<double> samples, double share)
    {
        var sorted = samples.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}
