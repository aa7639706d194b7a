using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>The list without an index, on a hub that gives its instances by id, as Azure Storage does.</summary>
public sealed class DurableTaskListTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Mock<DurableTaskClient> client = new(MockBehavior.Strict, "ScenarioHub");
    private readonly DurableTaskEngine engine;
    private readonly List<OrchestrationQuery> queries = [];
    private List<OrchestrationMetadata> instances = [];

    public DurableTaskListTests()
    {
        engine = TestEngine.New(new DurableClients(TimeProvider.System) { Current = client.Object }, TimeProvider.System);
        client.Setup(one => one.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Returns((OrchestrationQuery query) => new Pages(Matching(query)));
        client.Setup(one => one.GetInstanceAsync(It.IsAny<string>(), true, It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, bool _, CancellationToken _) => instances.SingleOrDefault(one => one.InstanceId == id));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_lead_from_the_newest_to_the_oldest_and_miss_none_though_times_are_equal()
    {
        instances = [.. Enumerable.Range(0, 25).Select(n => Instance($"{(n * 7) % 25:00}", Noon.AddMinutes(n / 3)))];
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await engine.ListAsync(new TaskQuery(null, 10, cursor), Stop);
            Assert.InRange(page.Tasks.Count, 1, 10);
            listed.AddRange(page.Tasks.Select(task => task.TaskId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(
            instances.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.InstanceId, StringComparer.Ordinal)
                .Select(one => one.InstanceId),
            listed);
        Assert.All(queries, query => Assert.False(query.FetchInputsAndOutputs));
        Assert.Equal([false, true, true], queries.Select(query => query.CreatedTo).Distinct().Select(to => to is not null));
    }

    [Fact]
    public async Task A_last_page_that_is_just_full_has_no_cursor()
    {
        instances = [Instance("a", Noon), Instance("b", Noon)];

        Assert.Null((await engine.ListAsync(new TaskQuery(null, 2, null), Stop)).NextCursor);
    }

    [Fact]
    public async Task A_state_asks_the_hub_for_each_status_that_means_it()
    {
        instances =
        [
            Instance("a", Noon, OrchestrationRuntimeStatus.Suspended),
            Instance("b", Noon, OrchestrationRuntimeStatus.Running),
            Instance("c", Noon, OrchestrationRuntimeStatus.Terminated),
        ];

        var page = await engine.ListAsync(new TaskQuery(TaskState.Running, 10, null), Stop);

        Assert.Equal(["b", "a"], page.Tasks.Select(task => task.TaskId));
        Assert.Equal([0, 2, 7], queries[0].Statuses!.Select(status => (int)status).Order());
    }

    [Fact]
    public async Task Other_orchestrations_in_the_hub_and_tasks_purged_meanwhile_are_left_out()
    {
        instances = [Instance("a", Noon), new OrchestrationMetadata("Other", "b") { CreatedAt = Noon }];
        client.Setup(one => one.GetInstanceAsync("c", true, It.IsAny<CancellationToken>()))
            .ReturnsAsync((OrchestrationMetadata?)null);
        instances.Add(Instance("c", Noon));

        var page = await engine.ListAsync(new TaskQuery(null, 10, null), Stop);

        Assert.Equal(["a"], page.Tasks.Select(task => task.TaskId));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("%%%")]
    [InlineData("YWJj")]
    [InlineData("OTk5OTk5OTk5OTk5OTk5OTk5OTk5L2E")]
    [InlineData("OTIyMzM3MjAzNjg1NDc3NTgwNy9h")]
    public async Task A_cursor_from_elsewhere_is_refused(string cursor)
    {
        await Assert.ThrowsAsync<InvalidCursorException>(() => engine.ListAsync(new TaskQuery(null, 10, cursor), Stop));
    }

    private static OrchestrationMetadata Instance(
        string id, DateTimeOffset createdAt, OrchestrationRuntimeStatus status = OrchestrationRuntimeStatus.Running) =>
        DurableTaskEngineTests.Instance(status, id, createdAt: createdAt);

    private IEnumerable<OrchestrationMetadata> Matching(OrchestrationQuery query)
    {
        queries.Add(query);
        return instances
            .Where(one => query.CreatedTo is null || one.CreatedAt <= query.CreatedTo)
            .Where(one => query.Statuses is null || query.Statuses.Contains(one.RuntimeStatus))
            .OrderBy(one => one.InstanceId, StringComparer.Ordinal);
    }

    private sealed class Pages(IEnumerable<OrchestrationMetadata> instances) : AsyncPageable<OrchestrationMetadata>
    {
        public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            var pages = instances.Chunk(4).ToList();
            for (var at = int.Parse(continuationToken ?? "0"); at < pages.Count; at++)
            {
                await Task.Yield();
                yield return new Page<OrchestrationMetadata>(pages[at], at + 1 < pages.Count ? $"{at + 1}" : null);
            }

            if (pages.Count == 0)
            {
                yield return new Page<OrchestrationMetadata>([], null);
            }
        }
    }
}
