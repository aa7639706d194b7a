using System.Diagnostics;

namespace ScenarioFunctions.Chaos;

/// <summary>
/// How long tests and chaos runs wait for what has to come. It says nothing of speed: every wait ends with what it
/// waits for, however busy the machine is, and only what hangs is given up.
/// </summary>
internal static class Patience
{
    public const int Seconds = 180;

    /// <summary>For attributes.</summary>
    public const int Milliseconds = Seconds * 1000;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(Seconds);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks again and again until it is so.</summary>
    /// <param name="isSo">What is waited for.</param>
    /// <param name="state">What there is instead, for the message of a failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not come.</exception>
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
