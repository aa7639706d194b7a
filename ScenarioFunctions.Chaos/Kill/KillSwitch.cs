using System.Diagnostics;
using System.Globalization;
using ScenarioFunctions.Chaos.Acts;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>Ends this process at its <see cref="KillPoint"/> with SIGKILL.</summary>
internal sealed class KillSwitch(KillPoint point) : IActObserver
{
    private int occurrences;

    public async Task<T> AroundAsync<T>(string act, Func<Task<T>> run)
    {
        if (act != point.Act || Interlocked.Increment(ref occurrences) != point.Occurrence)
        {
            return await run();
        }

        if (point.IsAfter)
        {
            await run();
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();
        throw new UnreachableException();
    }
}

/// <summary>Where a process kills itself: before or after the nth time (from 1) that it performs an act.</summary>
internal sealed record KillPoint(string Act, bool IsAfter, int Occurrence)
{
    /// <summary>The environment variable with a kill point, such as <c>append:after:3</c>.</summary>
    public const string Variable = "CHAOS_KILL";

    public static KillPoint Parse(string text) => text.Split(':') switch
    {
        [var act, "before", var nth] => new(act, false, int.Parse(nth, CultureInfo.InvariantCulture)),
        [var act, "after", var nth] => new(act, true, int.Parse(nth, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"{Variable} must be ACT:before:N or ACT:after:N, not '{text}'."),
    };

    public override string ToString() => $"{Act}:{(IsAfter ? "after" : "before")}:{Occurrence}";
}
