using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class CancelAndCrashTests
{
    private static readonly byte[] Body = Posts.Body("two", 2, "user_1", _ => "emulator:slow=600");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancel_whose_winding_down_a_stop_cut_short_winds_down_at_the_next_start()
    {
        using var folder = new HostFolder();
        IHostApplicationLifetime? life = null;
        var cancelling = new TaskCompletionSource();
        var acts = new ScriptedActs().On(Act.Cancel, async _ =>
        {
            cancelling.SetResult();
            await Task.Delay(Timeout.Infinite, life!.ApplicationStopping);
            return null;
        });
        await using (var server = await folder.StartAsync(services => services.Observe(acts)))
        {
            life = server.Services.GetRequiredService<IHostApplicationLifetime>();
            using var client = new TaskClient(server.Address);
            var taskId = await client.PostAsync(Body, "key");
            await GeneratingAsync(client, folder, taskId);
            Assert.Equal(HttpStatusCode.Accepted, await client.CancelAsync(taskId));
            await cancelling.Task;
        }

        Assert.False((await DataFolder.ReadAsync(folder.DataPath)).Tasks.Single().IsSettled);
        await AssertWindsDownAsync(folder);
    }

    [Fact]
    public async Task A_task_cancelled_between_a_restart_and_its_turn_winds_down_what_the_crash_left()
    {
        using var folder = new HostFolder();
        await LeaveGeneratingAsync(folder);

        // No task has its turn while the engine may run none.
        await using (var server = await folder.StartAsync(services => services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<EmbeddedTaskEngine>(provider, 0))))
        {
            using var client = new TaskClient(server.Address);
            var waiting = await client.FindAsync(await client.PostAsync(Body, "key"));
            Assert.Equal(("running", 65), ((string?)waiting!["status"], (int)waiting["progress"]!));
            Assert.Equal(HttpStatusCode.Accepted, await client.CancelAsync((string)waiting["task_id"]!));
        }

        await AssertWindsDownAsync(folder);
    }

    [Fact]
    public async Task A_task_cancelled_before_its_first_turn_leaves_no_rows()
    {
        using var folder = new HostFolder();
        await using (var server = await folder.StartAsync(services => services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<EmbeddedTaskEngine>(provider, 1))))
        {
            using var client = new TaskClient(server.Address);
            var running = await client.PostAsync(Body, "running");
            await GeneratingAsync(client, folder, running);
            await client.CancelAsync(await client.PostAsync(Body, "waiting"));
            await client.CancelAsync(running); // so that the other has its turn
            await folder.UntilSettledAsync();
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal(ScenarioIds.Scenario(data.Tasks[0].Id), Assert.Single(data.Scenarios));
    }

    [Fact]
    public async Task An_image_whose_charge_was_refused_is_not_charged_for_a_file_that_is_gone()
    {
        using var folder = new HostFolder();
        var discarded = new TaskCompletionSource();
        var count = 0;
        var acts = new ScriptedActs()
            .On(Act.Charge, _ => Task.FromResult<object?>(false))
            .On(Act.Discard, async run =>
            {
                await run();
                if (Interlocked.Increment(ref count) == 4)
                {
                    discarded.SetResult();
                    await Task.Delay(Timeout.Infinite, Stop); // the process ends here
                }

                return true;
            });
        await using (var server = await folder.StartAsync(services => services.Observe(acts)))
        {
            using var client = new TaskClient(server.Address);
            await client.PostAsync(Posts.Body("two", 2, "user_1"), "key");
            await discarded.Task;
        }

        await using (await folder.StartAsync())
        {
            await folder.UntilSettledAsync();
        }

        Assert.Empty(Books.Faults(await DataFolder.ReadAsync(folder.DataPath), creditsPerImage: 2));
    }

    [Fact]
    public async Task A_create_that_was_never_sent_as_the_host_is_stopping_is_sent_by_the_next()
    {
        using var folder = new HostFolder();
        IHostApplicationLifetime? life = null;
        var submitting = new TaskCompletionSource();
        var acts = new ScriptedActs().On(Act.Submit, async _ =>
        {
            submitting.SetResult();
            await Task.Delay(Timeout.Infinite, life!.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new ImageServiceException(ImageServiceFailure.Unavailable, "Nobody listens any more.");
        });
        await using (var server = await folder.StartAsync(services => services.Observe(acts)))
        {
            life = server.Services.GetRequiredService<IHostApplicationLifetime>();
            using var client = new TaskClient(server.Address);
            await client.PostAsync(Posts.Body("two", 2, "user_1"), "key");
            await submitting.Task;
        }

        await using (await folder.StartAsync())
        {
            await folder.UntilSettledAsync();
        }

        Assert.Equal("completed", (await DataFolder.ReadAsync(folder.DataPath)).Scenes[1].Status);
    }

    private static async Task LeaveGeneratingAsync(HostFolder folder)
    {
        await using var server = await folder.StartAsync();
        using var client = new TaskClient(server.Address);
        await GeneratingAsync(client, folder, await client.PostAsync(Body, "key"));
    }

    private static async Task GeneratingAsync(TaskClient client, HostFolder folder, string taskId)
    {
        while ((await DataFolder.ReadAsync(folder.DataPath)).Scenes is not [_, { GenerationId: not null }])
        {
            Assert.NotNull(await client.FindAsync(taskId));
        }
    }

    private static async Task AssertWindsDownAsync(HostFolder folder)
    {
        await using (await folder.StartAsync())
        {
            await folder.UntilSettledAsync();
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal("cancelled", data.Scenes[1].Status);
        Assert.True(Assert.Single(data.Generations).Deleted);
    }
}
