using System.Reflection;
using System.Runtime.CompilerServices;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// Seeds this thread's <see cref="Random.Shared"/>, which the service and Polly use for jitter. .NET has no API for this, so it
/// changes the private state, and fails if that has another layout.
/// </summary>
internal static class SharedRandom
{
    private static readonly FieldInfo OfThread =
        typeof(Random).GetNestedType("ThreadSafeRandom", BindingFlags.NonPublic)
            ?.GetField("t_random", BindingFlags.Static | BindingFlags.NonPublic)
        ?? throw new NotSupportedException("This version of .NET keeps Random.Shared elsewhere.");

    private static readonly FieldInfo[] State =
        [.. new[] { "_s0", "_s1", "_s2", "_s3" }.Select(name =>
            OfThread.FieldType.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new NotSupportedException("This version of .NET has another generator in Random.Shared."))];

    public static void Seed(int seed)
    {
        var source = new Random(seed);
        var generator = RuntimeHelpers.GetUninitializedObject(OfThread.FieldType);
        foreach (var field in State)
        {
            field.SetValue(generator, (ulong)source.NextInt64());
        }

        OfThread.SetValue(null, generator);
    }
}
