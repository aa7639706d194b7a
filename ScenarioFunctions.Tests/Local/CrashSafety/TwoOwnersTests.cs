using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Local.Backup;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Two servers on one data folder, and a server on a database that is older than its images.</summary>
public sealed class TwoOwnersTests
{
    private const int Scenes = 4;

    private static readonly byte[] Body = Posts.Body("four", Scenes, "user_1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_whose_lock_file_was_removed_stops_and_nothing_is_bought_or_charged_twice()
    {
        using var folder = new HostFolder();
        var orders = 0;
        var ordered = new TaskCompletionSource();
        var taken = new TaskCompletionSource();
        var first = new ScriptedActs().On(Act.Submit, async run =>
        {
            Interlocked.Increment(ref orders);
            var id = await run();
            ordered.TrySetResult();
            await taken.Task; // the order is made, and its id is not yet on record
            return id;
        });
        var second = new ScriptedActs()
            .On(Act.FindScene, async run =>
            {
                var scene = await run();
                taken.TrySetResult();
                return scene;
            })
            .On(Act.Submit, run =>
            {
                Interlocked.Increment(ref orders);
                return run();
            });

        await using var old = await folder.StartAsync(services => services.Observe(first));
        var stopping = old.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var client = new TaskClient(old.Address);
        await client.PostAsync(Body, "key");
        await ordered.Task.WaitAsync(Patience.Limit, Stop);
        File.Delete(Path.Combine(folder.DataPath, "lock"));
        await using (await folder.StartAsync(services => services.Observe(second)))
        {
            await folder.UntilSettledAsync();
        }

        await Patience.UntilAsync(() => Task.FromResult(stopping.IsCancellationRequested), () => "The first server goes on.", Stop);
        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(Scenes - 1, data.Scenes.Count(scene => scene.Status == "completed"));
        Assert.Equal(Scenes - 1, orders);
        Assert.Equal(Scenes - 1, data.Ledger.Count(line => line.Action == "generate_image"));
    }

    [Fact]
    public async Task A_server_that_was_paused_while_another_made_the_image_leaves_it_alone()
    {
        using var folder = new HostFolder();
        var looking = new TaskCompletionSource();
        var isMade = new TaskCompletionSource();
        var paused = new ScriptedActs().On(Act.Look, async _ =>
        {
            looking.TrySetResult();
            await isMade.Task;
            throw new ImageServiceException(ImageServiceFailure.NotFound, "RunwayML has deleted it long since.");
        });

        await using var old = await folder.StartAsync(services => services.Observe(paused));
        var stopping = old.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var client = new TaskClient(old.Address);
        await client.PostAsync(Posts.Body("two", 2, "user_1"), "key");
        await looking.Task.WaitAsync(Patience.Limit, Stop);
        File.Delete(Path.Combine(folder.DataPath, "lock"));
        await using (await folder.StartAsync())
        {
            await folder.UntilSettledAsync();
        }

        isMade.SetResult();
        await Patience.UntilAsync(
            () => Task.FromResult(stopping.IsCancellationRequested), () => "The first server goes on.", Stop);
        await old.DisposeAsync();
        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal("completed", data.Scenes[1].Status);
    }

    [Fact]
    public async Task A_restored_backup_is_only_gone_on_with_when_that_is_confirmed_and_buys_no_image_that_is_on_disk()
    {
        using var folder = new HostFolder();
        var database = Path.Combine(folder.DataPath, "scenario.db");
        await LeaveBeforeTheFirstOrderAsync(folder);
        File.Copy(database, folder.File("backup.db"));
        await using (await folder.StartAsync())
        {
            await folder.UntilSettledAsync();
        }

        File.Copy(folder.File("backup.db"), database, overwrite: true);

        var fault = await Assert.ThrowsAsync<DataDirectoryException>(() => folder.StartAsync());
        Assert.Contains("--confirm-restore", fault.Message, StringComparison.Ordinal);
        Assert.Contains(database, fault.Message, StringComparison.Ordinal);
        await using (await folder.StartAsync(confirmRestore: true))
        {
            await folder.UntilSettledAsync();
        }

        await (await folder.StartAsync()).DisposeAsync();
        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(Scenes - 1, data.Scenes.Count(scene => scene.Status == "completed"));
        Assert.Equal(Scenes - 1, data.Generations.Count);
    }

    [Fact]
    public async Task A_backup_that_replaces_newer_data_buys_no_image_that_was_on_disk()
    {
        using var folder = new HostFolder();
        await LeaveBeforeTheFirstOrderAsync(folder);
        await DataBackup.MakeAsync(folder.DataPath, folder.File("backup.tar"), replace: false, TimeProvider.System, Stop);
        await using (await folder.StartAsync())
        {
            await folder.UntilSettledAsync();
        }

        var restored = await DataRestore.RunAsync(folder.File("backup.tar"), folder.DataPath, replace: true, TimeProvider.System, Stop);

        Assert.Equal((1, Scenes - 1, Scenes - 1), (restored.UnfinishedTasks, restored.KeptImages, restored.NewerImages));
        await Assert.ThrowsAsync<DataDirectoryException>(() => folder.StartAsync());
        await using (await folder.StartAsync(confirmRestore: true))
        {
            await folder.UntilSettledAsync();
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(Scenes - 1, data.Scenes.Count(scene => scene.Status == "completed"));
        Assert.Empty(data.Generations);
        var before = await DataFolder.ReadAsync(restored.Before!);
        Assert.Equal(Scenes - 1, before.Scenes.Count(scene => scene.Status == "completed"));
        Assert.Empty(Books.Faults(before, creditsPerImage: 2));
    }

    private static async Task LeaveBeforeTheFirstOrderAsync(HostFolder folder)
    {
        var ordering = new TaskCompletionSource();
        var acts = new ScriptedActs().On(Act.Submit, async _ =>
        {
            ordering.TrySetResult();
            await Task.Delay(Timeout.Infinite, Stop); // the process ends here
            return null;
        });
        await using var server = await folder.StartAsync(services => services.Observe(acts));
        using var client = new TaskClient(server.Address);
        await client.PostAsync(Body, "key");
        await ordering.Task;
    }
}
