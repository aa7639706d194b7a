using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>What a real hub does not do on demand: it is scripted. The rest is in <see cref="DurableTaskStatesTests"/>.</summary>
public sealed class DurableTaskEngineTests
{
    private const string Id = EngineHost.TaskId;
    private readonly Mock<DurableTaskClient> client = new(MockBehavior.Strict, "ScenarioHub");
    private readonly ImpatientTime time = new();
    private readonly DurableClients clients;
    private readonly DurableTaskEngine engine;

    public DurableTaskEngineTests()
    {
        clients = new DurableClients(time) { Current = client.Object };
        engine = TestEngine.New(clients, time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<OrchestrationRuntimeStatus, TaskState> States() => new()
    {
        { OrchestrationRuntimeStatus.Pending, TaskState.Pending },
        { OrchestrationRuntimeStatus.Running, TaskState.Running },
        { OrchestrationRuntimeStatus.Suspended, TaskState.Running },
        { (OrchestrationRuntimeStatus)2, TaskState.Running }, // ContinuedAsNew
        { OrchestrationRuntimeStatus.Completed, TaskState.Completed },
        { OrchestrationRuntimeStatus.Failed, TaskState.Failed },
        { OrchestrationRuntimeStatus.Terminated, TaskState.Cancelled },
        { (OrchestrationRuntimeStatus)4, TaskState.Cancelled }, // Canceled
    };

    [Fact]
    public async Task A_start_schedules_under_the_given_id_and_asks_the_backend_to_refuse_every_state()
    {
        Found(null, Instance(OrchestrationRuntimeStatus.Pending));
        StartOrchestrationOptions? options = null;
        Schedule().Callback((TaskName name, object? _, StartOrchestrationOptions? given, CancellationToken _) =>
            options = name.Name == "SaveScenarioWorkflow" ? given : null).ReturnsAsync(Id);

        var task = await engine.StartAsync(Id, EngineHost.Input(2), Stop);

        Assert.Equal(TaskState.Pending, task.State);
        Assert.Equal(Id, options!.InstanceId);
        Assert.Equal(
            ["Canceled", "Completed", "Failed", "Pending", "Running", "Suspended", "Terminated"],
            options.DedupeStatuses!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_start_that_is_refused_as_another_was_quicker_returns_the_other()
    {
        Found(null, Instance(OrchestrationRuntimeStatus.Running, hash: "theirs"));
        Schedule().ThrowsAsync(new InvalidOperationException("in use"));

        var task = await engine.StartAsync(Id, EngineHost.Input(2), Stop);

        Assert.Equal((TaskState.Running, "theirs"), (task.State, task.RequestHash));
    }

    [Fact]
    public async Task A_start_that_was_accepted_beside_another_returns_what_the_hub_kept()
    {
        Found(null, Instance(OrchestrationRuntimeStatus.Pending, hash: "theirs"));
        Schedule().ReturnsAsync(Id);

        Assert.Equal("theirs", (await engine.StartAsync(Id, EngineHost.Input(2), Stop)).RequestHash);
    }

    [Fact]
    public async Task A_start_that_fails_with_nothing_there_after_it_says_that_the_engine_is_unavailable()
    {
        Found(null, null);
        Schedule().ThrowsAsync(new HttpRequestException("no route"));

        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.StartAsync(Id, EngineHost.Input(2), Stop));
    }

    [Fact]
    public async Task A_start_that_cannot_be_read_back_is_still_a_start()
    {
        client.SetupSequence(one => one.GetInstanceAsync(Id, true, It.IsAny<CancellationToken>()))
            .ReturnsAsync((OrchestrationMetadata?)null)
            .ThrowsAsync(new HttpRequestException("no route"));
        Schedule().ReturnsAsync(Id);

        var task = await engine.StartAsync(Id, EngineHost.Input(2), Stop);

        Assert.Equal((TaskState.Pending, "hash-1"), (task.State, task.RequestHash));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task No_state_is_lost(OrchestrationRuntimeStatus status, TaskState state)
    {
        Found(Instance(status));

        Assert.Equal(state, (await engine.FindAsync(Id, Stop))!.State);
    }

    [Fact]
    public async Task A_failed_task_says_what_the_workflow_reported()
    {
        var error = new TaskError(TaskErrorCodes.SaveScenesFailed, "down");
        Found(Instance(OrchestrationRuntimeStatus.Failed, progress: new WorkflowProgress { Error = error }));

        Assert.Equal(error, (await engine.FindAsync(Id, Stop))!.Error);
    }

    [Fact]
    public async Task A_failed_task_that_reported_nothing_says_what_Durable_Task_knows()
    {
        Found(Instance(OrchestrationRuntimeStatus.Failed, failure: "no such function"));

        Assert.Equal(
            new TaskError(TaskErrorCodes.InternalError, "no such function"), (await engine.FindAsync(Id, Stop))!.Error);
    }

    [Fact]
    public async Task A_cancel_returns_once_the_orchestration_has_ended()
    {
        var running = Instance(OrchestrationRuntimeStatus.Running);
        Found(running, running, running, Instance(OrchestrationRuntimeStatus.Terminated));
        Schedule().ReturnsAsync(Id);
        Terminate().Returns(Task.CompletedTask);

        Assert.Equal(TaskState.Cancelled, (await engine.CancelAsync(Id, Stop))!.State);
    }

    [Fact]
    public async Task A_cancel_that_came_too_late_returns_how_the_task_ended()
    {
        Found(Instance(OrchestrationRuntimeStatus.Running), Instance(OrchestrationRuntimeStatus.Completed));
        Schedule().ReturnsAsync(Id);
        Terminate().ThrowsAsync(new InvalidOperationException("FailedPrecondition"));

        Assert.Equal(TaskState.Completed, (await engine.CancelAsync(Id, Stop))!.State);
    }

    [Fact]
    public async Task A_cancel_of_what_is_purged_meanwhile_finds_nothing()
    {
        Found(Instance(OrchestrationRuntimeStatus.Running), null);
        Schedule().ReturnsAsync(Id);
        Terminate().ThrowsAsync(new InvalidOperationException("NotFound"));

        Assert.Null(await engine.CancelAsync(Id, Stop));
    }

    [Fact]
    public async Task A_cancel_that_is_refused_while_the_task_goes_on_is_not_called_a_cancel()
    {
        Found(Instance(OrchestrationRuntimeStatus.Running), Instance(OrchestrationRuntimeStatus.Running));
        Schedule().ReturnsAsync(Id);
        Terminate().ThrowsAsync(new HttpRequestException("no route"));

        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.CancelAsync(Id, Stop));
    }

    [Fact]
    public async Task A_cancel_that_takes_no_effect_for_five_seconds_says_so()
    {
        client.Setup(one => one.GetInstanceAsync(Id, true, It.IsAny<CancellationToken>()))
            .ReturnsAsync(Instance(OrchestrationRuntimeStatus.Running));
        Schedule().ReturnsAsync(Id);
        Terminate().Returns(Task.CompletedTask);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.CancelAsync(Id, Stop));
    }

    [Fact]
    public async Task A_cancel_whose_clean_up_cannot_begin_does_not_end_the_task()
    {
        Found(Instance(OrchestrationRuntimeStatus.Running));
        Schedule().ThrowsAsync(new HttpRequestException("no route"));
        client.Setup(one => one.GetInstanceAsync($"{Id}:clean-up", It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((OrchestrationMetadata?)null);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.CancelAsync(Id, Stop));
    }

    [Fact]
    public async Task A_cancel_beside_another_goes_on_with_the_clean_up_that_has_begun()
    {
        Found(Instance(OrchestrationRuntimeStatus.Running), Instance(OrchestrationRuntimeStatus.Terminated));
        Schedule().ThrowsAsync(new InvalidOperationException("in use"));
        client.Setup(one => one.GetInstanceAsync($"{Id}:clean-up", It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new OrchestrationMetadata(CleanUpOrchestration.Name, $"{Id}:clean-up"));
        Terminate().Returns(Task.CompletedTask);

        Assert.Equal(TaskState.Cancelled, (await engine.CancelAsync(Id, Stop))!.State);
    }

    [Fact]
    public async Task A_purge_that_takes_minutes_leaves_the_rest_to_the_next()
    {
        var ended = Enumerable.Range(1, 3).Select(number => Instance(OrchestrationRuntimeStatus.Completed, $"task-{number}")).ToList();
        client.Setup(one => one.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Returns(Pageable.Create((_, _) => Task.FromResult(new Page<OrchestrationMetadata>(ended, null))));
        client.Setup(one => one.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Callback(() => time.Advance(TimeSpan.FromMinutes(3))).ReturnsAsync(new PurgeResult(1));

        Assert.Equal(2, await engine.ForgetAsync(time.GetUtcNow(), Stop));
    }

    internal static OrchestrationMetadata Instance(
        OrchestrationRuntimeStatus status,
        string id = Id,
        string hash = "hash-1",
        DateTimeOffset createdAt = default,
        WorkflowProgress? progress = null,
        string? failure = null)
    {
        var input = EngineHost.Input(2) with { RequestHash = hash };
        var result = new SaveScenarioResult
        {
            ScenarioId = Guid.AllBitsSet,
            SceneCount = 2,
            ImagesGenerated = 1,
            CreditsCharged = 2,
            Scenes = [],
        };
        return new OrchestrationMetadata(SaveScenarioWorkflow.Name, id)
        {
            RuntimeStatus = status,
            CreatedAt = createdAt,
            SerializedInput = JsonSerializer.Serialize(input, CoreJson.Default.SaveScenarioInput),
            SerializedOutput = status == OrchestrationRuntimeStatus.Completed
                ? JsonSerializer.Serialize(result, CoreJson.Default.SaveScenarioResult)
                : null,
            SerializedCustomStatus = progress is null
                ? null
                : JsonSerializer.Serialize(progress, HostJson.Options),
            FailureDetails = failure is null ? null : new TaskFailureDetails("(unknown)", failure, null, null, null),
        };
    }

    private void Found(params OrchestrationMetadata?[] inTurn)
    {
        var sequence = client.SetupSequence(one => one.GetInstanceAsync(Id, true, It.IsAny<CancellationToken>()));
        foreach (var instance in inTurn)
        {
            sequence = sequence.ReturnsAsync(instance);
        }
    }

    private Moq.Language.Flow.ISetup<DurableTaskClient, Task<string>> Schedule() =>
        client.Setup(one => one.ScheduleNewOrchestrationInstanceAsync(
            It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()));

    private Moq.Language.Flow.ISetup<DurableTaskClient, Task> Terminate() =>
        client.Setup(one => one.TerminateInstanceAsync(
            Id, It.IsAny<TerminateInstanceOptions?>(), It.IsAny<CancellationToken>()));
}
