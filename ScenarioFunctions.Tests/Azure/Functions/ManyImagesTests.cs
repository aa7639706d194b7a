using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary>As many images in one worker as host.json lets it follow.</summary>
public sealed class ManyImagesTests : IAsyncLifetime
{
    private const int Tasks = 25;
    private const int ParallelPerTask = 20;

    private readonly DurableEngineHost host = new() { Hub = new MemoryTaskHub { MaxWorkItems = 600 } };
    private readonly TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource downloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int transfers;
    private int mostTransfers;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>
    /// RunwayML does not answer the first look at any image until it was asked for all of them. If waiting held a thread, they would
    /// not all come; each task would have one image more at once without its limit. The hub may start a step twice, which looks twice.
    /// </summary>
    [Fact]
    public async Task A_worker_follows_500_images_at_once_and_downloads_and_stores_few_at_once()
    {
        host.Backend.Balance = 10_000;
        host.Backend.Before = ActAsync;
        var ids = Enumerable.Range(1, Tasks).Select(number => $"task-{number}").ToList();
        foreach (var id in ids)
        {
            await host.Engine.StartAsync(id, EngineHost.Input(scenes: ParallelPerTask + 2, ParallelPerTask), Stop);
        }

        await UntilAsync(() => Count("get ") >= Tasks * ParallelPerTask);
        Assert.Equal(Tasks * ParallelPerTask, Count("submit "));
        looked.SetResult();
        await UntilAsync(() => Volatile.Read(ref transfers) == ImageTransfers.AtOnce);
        downloaded.SetResult();
        await Patience.UntilAsync(
            async () => (await Task.WhenAll(ids.Select(id => host.Engine.FindAsync(id, Stop)))).All(task => task!.State.IsFinal()),
            () => $"{Volatile.Read(ref transfers)} transfers, {host.Backend.Images.Count} images",
            Stop);

        var tasks = await Task.WhenAll(ids.Select(id => host.Engine.FindAsync(id, Stop)));
        Assert.All(tasks, task => Assert.Equal((TaskState.Completed, ParallelPerTask + 1), (task!.State, task.Result?.ImagesGenerated)));
        Assert.Equal(ImageTransfers.AtOnce, mostTransfers);
    }

    private async Task ActAsync(string act)
    {
        if (act.StartsWith("get ", StringComparison.Ordinal))
        {
            await looked.Task;
        }
        else if (act == "download")
        {
            var now = Interlocked.Increment(ref transfers);
            host.Backend.Locked(() => mostTransfers = Math.Max(mostTransfers, now));
            await downloaded.Task;
        }
        else if (act.StartsWith("store ", StringComparison.Ordinal))
        {
            Interlocked.Decrement(ref transfers);
        }
    }

    private int Count(string act) => host.Backend.Acts.Count(one => one.StartsWith(act, StringComparison.Ordinal));

    private Task UntilAsync(Func<bool> isSo) => Patience.UntilAsync(
        () => Task.FromResult(isSo()),
        () => string.Join(", ", host.Backend.Acts.CountBy(act => act.Split(' ')[0])) + $", {Volatile.Read(ref transfers)} transfers",
        Stop);
}
