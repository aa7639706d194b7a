namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Limits how many images of this process are between the start of their download and the end of their storage. A process may
/// follow hundreds of images, which costs little; but each image in transfer is a file of up to 25 MiB, and connections.
/// </summary>
internal sealed class ImageTransfers : IDisposable
{
    /// <summary>400 MiB of the temporary folder at most. At half a second for both ways, 32 images a second.</summary>
    public const int AtOnce = 16;

    private readonly SemaphoreSlim turns = new(AtOnce);

    /// <param name="transfer">Downloads and stores one image.</param>
    /// <param name="stopping">Ends the wait for a turn.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> transfer, CancellationToken stopping)
    {
        await turns.WaitAsync(stopping);
        try
        {
            return await transfer();
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();
}
