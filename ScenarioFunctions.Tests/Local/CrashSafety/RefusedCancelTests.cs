using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>A cancel that the disk refuses, of a task whose image is about to be downloaded.</summary>
public sealed class RefusedCancelTests : IAsyncDisposable
{
    private static readonly byte[] Body = Posts.Body("two", 2, "user_1");

    private readonly HostFolder folder = new();
    private readonly TaskCompletionSource downloading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource download = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_waits_for_the_same_cancel_is_told_as_well_and_the_task_goes_on()
    {
        var refuse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (engine, taskId, server) = await StartAsync(async _ =>
        {
            await refuse.Task;
            throw Refused();
        });
        await using var _ = server;
        var first = engine.CancelAsync(taskId, Stop);
        var second = engine.CancelAsync(taskId, Stop);
        refuse.SetResult();

        await Assert.ThrowsAsync<EngineUnavailableException>(() => first.WaitAsync(Patience.Limit, Stop));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => second.WaitAsync(Patience.Limit, Stop));
        download.SetResult();
        Assert.Equal(TaskState.Completed, (await EndedAsync(engine, taskId)).State);
    }

    [Fact]
    public async Task It_can_be_asked_for_again()
    {
        var (engine, taskId, server) = await StartAsync(_ => throw Refused());
        await using var _ = server;
        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.CancelAsync(taskId, Stop));

        Assert.Equal(TaskState.Cancelled, (await engine.CancelAsync(taskId, Stop))!.State);
        Assert.Equal(TaskState.Cancelled, (await EndedAsync(engine, taskId)).State);
    }

    [Fact]
    public async Task One_that_was_on_disk_all_the_same_is_how_the_task_ends()
    {
        var (engine, taskId, server) = await StartAsync(async write =>
        {
            await write();
            throw Refused();
        });
        await using (server)
        {
            await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.CancelAsync(taskId, Stop));
            var ended = EndedAsync(engine, taskId);
            download.SetResult();
            Assert.Equal(TaskState.Cancelled, (await ended).State);
            Assert.Equal(TaskState.Cancelled, (await engine.FindAsync(taskId, Stop))!.State);
            await folder.UntilSettledAsync();
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.True(Assert.Single(data.Tasks).IsSettled);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <param name="firstEnd">What the disk does with the first end that it is given.</param>
    private async Task<(EmbeddedTaskEngine Engine, string TaskId, IAsyncDisposable Server)> StartAsync(
        Func<Func<Task<object?>>, Task<object?>> firstEnd)
    {
        var ends = 0;
        var acts = new ScriptedActs()
            .On(Act.End, write => Interlocked.Increment(ref ends) == 1 ? firstEnd(write) : write())
            .On(Act.Download, async run =>
            {
                downloading.SetResult();
                await download.Task;
                return await run();
            });
        var server = await folder.StartAsync(services => services.Observe(acts));
        using var client = new TaskClient(server.Address);
        var taskId = await client.PostAsync(Body, "key");
        await downloading.Task.WaitAsync(Patience.Limit, Stop);
        return (server.Services.GetRequiredService<EmbeddedTaskEngine>(), taskId, server);
    }

    private static async Task<TaskSnapshot> EndedAsync(EmbeddedTaskEngine engine, string taskId) =>
        (await engine.WaitAsync(taskId, Stop).WaitAsync(Patience.Limit, Stop))!;

    private static StorageException Refused() => new("The disk refused, as the test wants.", isTransient: true);
}
