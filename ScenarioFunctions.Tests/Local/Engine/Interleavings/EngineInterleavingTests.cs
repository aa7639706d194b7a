using System.Globalization;

namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

public sealed class EngineInterleavingTests
{
    /// <summary>
    /// Seeds 1 to 2,000; <c>INTERLEAVINGS=123</c> repeats that one, and <c>INTERLEAVINGS=1-100000</c> runs so many.
    /// </summary>
    [Fact]
    public void In_whatever_order_things_happen_each_task_ends_once_and_nothing_is_taken_back()
    {
        var range = (Environment.GetEnvironmentVariable("INTERLEAVINGS") ?? "1-2000").Split('-');
        var first = int.Parse(range[0], CultureInfo.InvariantCulture);
        var last = int.Parse(range[^1], CultureInfo.InvariantCulture);
        for (var seed = first; seed <= last; seed++)
        {
            Interleaving.Run(seed);
        }
    }
}
