namespace ScenarioFunctions.Core.Steps;

/// <summary>Changes delays at random, so that what began at the same moment does not go on at the same moment.</summary>
internal static class Jitter
{
    /// <summary>The delay, changed by up to 20 %.</summary>
    public static TimeSpan Of(TimeSpan delay) => delay * (0.8 + (Random.Shared.NextDouble() * 0.4));
}
