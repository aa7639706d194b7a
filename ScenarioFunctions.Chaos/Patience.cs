using System.Diagnostics;

namespace ScenarioFunctions.Chaos;

/// <summary>
/// How long tests and chaos runs wait. This is no measure of speed: a wait ends as soon as its condition is true, however busy
/// the machine is, and only times out when something hangs.
/// </summary>
internal static class Patience
{
    public const int Seconds = 180;

    /// <summary>For attributes.</summary>
    public const int Milliseconds = Seconds * 1000;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(Seconds);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Polls until the condition is true.</summary>
    /// <param name="isSo">The condition.</param>
    /// <param name="state">The current state, for the message of a failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The condition did not become true.</exception>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> state, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"It did not come in {Seconds} s. {state()}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
