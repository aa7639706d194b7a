using System.Collections.Concurrent;
using ScenarioFunctions.Emulator.Pictures;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// Draws while a generation takes its time, as RunwayML does, so that the picture is there when it is asked for.
/// On threads of its own: requests are not held up by drawing, and the C library, which keeps for each thread
/// the 8 MB that a bitmap gives back, keeps them for these only.
/// </summary>
internal sealed class Illustrator : IDisposable
{
    /// <summary>Some 100 KB each; beyond that, a picture is drawn when it is asked for.</summary>
    private const int MaxAhead = 100;

    /// <summary>The picture of one that takes longer would only be kept, and is drawn when it is asked for.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<Task<byte[]>> waiting = [];
    private readonly ConcurrentDictionary<Guid, Task<byte[]>> ahead = new();

    public Illustrator()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(DrawUntilDisposed) { Name = "Illustrator", IsBackground = true }.Start();
        }
    }

    /// <summary>Draws ahead, for the first who asks.</summary>
    public void Begin(EmulatedGeneration generation)
    {
        if (generation.FailureCode is null && generation.Duration <= MaxWait && ahead.Count < MaxAhead)
        {
            ahead.TryAdd(generation.Id, Enqueue(generation));
        }
    }

    /// <returns>The PNG; the same whenever it is drawn.</returns>
    public Task<byte[]> DrawAsync(EmulatedGeneration generation) =>
        ahead.TryRemove(generation.Id, out var picture) ? picture : Enqueue(generation);

    /// <summary>Nobody will ask.</summary>
    public void Forget(Guid id) => ahead.TryRemove(id, out _);

    public void Dispose() => waiting.CompleteAdding();

    private Task<byte[]> Enqueue(EmulatedGeneration generation)
    {
        var picture = new Task<byte[]>(
            () => AbstractPicture.Render(generation.PromptText, generation.Seed, generation.Width, generation.Height),
            TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add(picture);
        return picture;
    }

    private void DrawUntilDisposed()
    {
        foreach (var picture in waiting.GetConsumingEnumerable())
        {
            picture.RunSynchronously(TaskScheduler.Default);
        }
    }
}
