using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>How an act fails.</summary>
public enum Failure
{
    /// <summary>Nothing was done; another try may work.</summary>
    Passing,

    /// <summary>It was done, and then said to have failed.</summary>
    AnswerLost,

    /// <summary>Nothing was done, and no other try will be better.</summary>
    Permanent,
}

/// <summary>A disk that fails the nth time that it is used (from 1), and is well again.</summary>
internal sealed class FailingActs(int nth, Failure failure) : IActObserver
{
    private static readonly string[] NotTheDisk = [Act.Submit, Act.Look, Act.Download, Act.Cancel];

    private int uses;

    /// <summary>Whether uses count yet.</summary>
    public bool IsCounting { get; set; } = true;

    public int Uses => Volatile.Read(ref uses);

    /// <summary>The act that failed; null when there were fewer.</summary>
    public string? Failed { get; private set; }

    public async Task<T> AroundAsync<T>(string act, Func<Task<T>> run)
    {
        if (!IsCounting || NotTheDisk.Contains(act) || Interlocked.Increment(ref uses) != nth)
        {
            return await run();
        }

        Failed = act;
        if (failure == Failure.AnswerLost)
        {
            await run();
        }

        throw new StorageException("The disk failed, as the test wants.", isTransient: failure != Failure.Permanent);
    }
}
