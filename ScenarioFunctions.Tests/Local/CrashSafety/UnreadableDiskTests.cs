using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class UnreadableDiskTests
{
    private static readonly byte[] Body = Posts.Body("two", 2, "user_1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_whose_first_reads_fail_goes_on_with_what_was_left_all_the_same()
    {
        using var folder = new HostFolder();
        await LeaveUnfinishedAsync(folder);
        FaultyReads? reads = null;
        await using (await folder.StartAsync(services =>
        {
            services.AddSingleton<TimeProvider>(new HurriedTime());
            services.AddSingleton<TaskStore>(provider => reads = ActivatorUtilities.CreateInstance<FaultyReads>(provider));
        }))
        {
            await folder.UntilSettledAsync();
        }

        Assert.Equal("completed", (await DataFolder.ReadAsync(folder.DataPath)).Scenes[1].Status);
        Assert.Equal(["input", "journal", "unfinished"], reads!.Failed.Order());
    }

    private static async Task LeaveUnfinishedAsync(HostFolder folder)
    {
        var checking = new TaskCompletionSource();
        var acts = new ScriptedActs().On(Act.Hold, async _ =>
        {
            checking.SetResult();
            await Task.Delay(Timeout.Infinite, Stop); // the process ends here
            return null;
        });
        await using var server = await folder.StartAsync(services => services.Observe(acts));
        using var client = new TaskClient(server.Address);
        await client.PostAsync(Body, "key");
        await checking.Task;
    }

    /// <summary>The first read of each kind fails.</summary>
    private sealed class FaultyReads(LocalDatabase database) : TaskStore(database)
    {
        private readonly List<string> failed = [];

        public IReadOnlyList<string> Failed => failed;

        public override IReadOnlyList<string> Unsettled() => FailOnce("unfinished", base.Unsettled);

        public override IReadOnlyList<JournalEntry> Journal(long seq) => FailOnce("journal", () => base.Journal(seq));

        public override SaveScenarioInput Input(long seq) => FailOnce("input", () => base.Input(seq));

        private T FailOnce<T>(string what, Func<T> read)
        {
            if (failed.Contains(what))
            {
                return read();
            }

            failed.Add(what);
            throw new StorageException("The disk cannot be read, as the test wants.", isTransient: true);
        }
    }
}
