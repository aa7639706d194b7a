using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Tests.Azure.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure.Api;
using Patience = ScenarioFunctions.Chaos.Patience;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary>A task hub that stops answering and does not even heed a cancellation, as when its storage account hangs.</summary>
public sealed class HangingHubTests : IDisposable
{
    private const string Id = EngineHost.TaskId;
    private readonly Mock<DurableTaskClient> client = new(MockBehavior.Strict, "ScenarioHub");
    private readonly FakeTimeProvider time = new();
    private readonly Mock<ITaskIndex> index = new();
    private readonly SemaphoreSlim hung = new(0);
    private readonly ServiceProvider services;
    private int answers;

    public HangingHubTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(TestSettings.Complete).Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSaveScenarioService(configuration)
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(index.Object)
            .Configure<HealthCheckServiceOptions>(checks => checks.Registrations.Where(check => check.Name != "task_hub").ToList()
                .ForEach(check => checks.Registrations.Remove(check)))
            .BuildServiceProvider();
        services.GetRequiredService<DurableClients>().Current = client.Object;

        var running = DurableTaskEngineTests.Instance(OrchestrationRuntimeStatus.Running);
        client.Setup(one => one.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string id, bool _, CancellationToken _) => AnswerAsync(id == Id ? running : null));
        index.Setup(one => one.ListAsync("ScenarioHub", It.IsAny<TaskQuery>(), null, It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .Returns(() => AnswerAsync(new IndexedTasks([IndexedTask.Of(TaskSnapshots.Of(running))], IsComplete: true)));
        client.Setup(one => one.TerminateInstanceAsync(
                Id, It.IsAny<TerminateInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Returns(() => AnswerAsync(0));
        client.Setup(one => one.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns(() => AnswerAsync(Id));
        client.Setup(one => one.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Returns(() => new OnePage(AnswerAsync(new Page<OrchestrationMetadata>([running], null))));
    }

    private ScenarioApi Api => services.GetRequiredService<ScenarioApi>();

    public void Dispose()
    {
        services.Dispose();
        hung.Dispose();
    }

    [Theory]
    [InlineData("GET /health", 0)]
    [InlineData("GET task", 0)]
    [InlineData("GET list", 0)]
    [InlineData("GET list", 1)]
    [InlineData("GET list without an index", 0)]
    [InlineData("GET list without an index", 1)]
    [InlineData("POST", 0)]
    [InlineData("POST", 1)]
    [InlineData("DELETE", 0)]
    [InlineData("DELETE", 1)]
    [InlineData("DELETE", 2)]
    [InlineData("DELETE", 3)]
    public async Task Every_route_is_answered_by_503_within_ten_seconds(string route, int answersBefore)
    {
        answers = answersBefore;
        var context = NewContext();
        var call = route switch
        {
            "GET /health" => Api.HealthAsync(context),
            "GET task" => Api.FindAsync(context, Id),
            "GET list" => Api.ListAsync(context),
            "GET list without an index" => ListWithoutIndexAsync(context),
            "POST" => Api.StartAsync(context),
            _ => Api.CancelAsync(context, Id),
        };
        var waited = await WaitAsync(call);
        await (await call).ExecuteAsync(context);

        Assert.Equal(503, context.Response.StatusCode);
        Assert.InRange(waited.TotalSeconds, 1, 10);
    }

    [Fact]
    public async Task A_step_that_asks_whether_it_is_cancelled_is_tried_again()
    {
        var call = new DurableStepContext(services.GetRequiredService<DurableClients>(), Id)
            .IsCancelledAsync(TestContext.Current.CancellationToken).AsTask();
        await WaitAsync(call);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => call);
    }

    private Task<IResult> ListWithoutIndexAsync(HttpContext context)
    {
        index.Setup(one => one.ListAsync("ScenarioHub", It.IsAny<TaskQuery>(), null, It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StorageException("There is no such function.", isTransient: false));
        return Api.ListAsync(context);
    }

    /// <returns>How long the call took by the service's clock, which only goes on while the hub hangs.</returns>
    private async Task<TimeSpan> WaitAsync(Task call)
    {
        var started = time.GetUtcNow();
        while (true)
        {
            var hangs = hung.WaitAsync(TestContext.Current.CancellationToken);
            if (await Task.WhenAny(call, hangs).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken) == call)
            {
                return time.GetUtcNow() - started;
            }

            time.Advance(DurableClients.Patience);
        }
    }

    private Task<T> AnswerAsync<T>(T answer)
    {
        if (Interlocked.Decrement(ref answers) >= 0)
        {
            return Task.FromResult(answer);
        }

        hung.Release();
        return new TaskCompletionSource<T>().Task;
    }

    private DefaultHttpContext NewContext()
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.ContentType = "application/json";
        context.Request.Headers.Authorization = $"Bearer {TestSettings.ApiKey}";
        context.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Posts.Save()));
        return context;
    }

    private sealed class OnePage(Task<Page<OrchestrationMetadata>> page) : AsyncPageable<OrchestrationMetadata>
    {
        public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(
            string? continuationToken = null, int? pageSizeHint = null)
        {
            yield return await page;
        }
    }
}
