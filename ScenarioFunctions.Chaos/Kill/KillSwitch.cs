using System.Diagnostics;
using ScenarioFunctions.Chaos.Acts;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>Ends this process at its <see cref="KillPoint"/>, by SIGKILL: nothing of it runs on.</summary>
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
