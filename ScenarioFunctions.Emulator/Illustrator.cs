using System.Collections.Concurrent;
using ScenarioFunctions.Emulator.Pictures;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// Draws a generation's picture while it "takes its time", so that the picture is ready when it is requested. It uses its own
/// threads: drawing then does not delay requests, and only these threads keep the 8 MB that the C library retains for each
/// thread after a bitmap is freed.
/// </summary>
internal sealed class Illustrator : IDisposable
{
    /// <summary>About 100 KB each. Further pictures are drawn when they are requested.</summary>
    private const int MaxAhead = 100;

    /// <summary>The picture of a longer generation would only take memory, so it is drawn when it is requested.</summary>
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

    /// <summary>Starts drawing, for the first request.</summary>
    public void Begin(EmulatedGeneration generation)
    {
        if (generation.FailureCode is null && generation.Duration <= MaxWait && ahead.Count < MaxAhead)
        {
            ahead.TryAdd(generation.Id, Enqueue(generation));
        }
    }

    /// <returns>The PNG; always the same for the same generation.</returns>
    public Task<byte[]> DrawAsync(EmulatedGeneration generation) =>
        ahead.TryRemove(generation.Id, out var picture) ? picture : Enqueue(generation);

    /// <summary>Nobody will request this picture.</summary>
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
