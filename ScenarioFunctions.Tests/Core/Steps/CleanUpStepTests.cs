using Microsoft.Extensions.DependencyInjection;
using Moq;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Steps;

/// <summary>After a cancelled task whose scene 2 has a generation under way, and whose hold is open.</summary>
public sealed class CleanUpStepTests : IDisposable
{
    private const string TaskId = EngineHost.TaskId;
    private readonly Backend backend = new() { Generate = _ => Backend.Open };
    private readonly ImpatientTime time = new();
    private readonly ServiceProvider services;

    public CleanUpStepTests()
    {
        services = BackendConnection.NewServices(backend, time)
            .AddSingleton(new ServiceSettings())
            .AddSingleton(new RunwaySettings { ApiSecret = "secret" })
            .BuildServiceProvider();
        backend.Holds[TaskId] = 4;
        Row(2, new SceneState { Status = SceneStatus.Generating, GenerationId = "generation-2-1" });
        Row(3, new SceneState { Status = SceneStatus.Pending });
    }

    private static CleanUpInput Input { get; } = new(TaskId, "user-1", CreditsPerImage: 2);

    private static GenerateSceneImageInput Unrecorded { get; } = new(TaskId, 2, "user-1", null, 2, 2, 1, TaskId)
    {
        Carried = new CarriedOver(1, Unsaved: new SceneState { Status = SceneStatus.Generating, GenerationId = "generation-2-1" }),
    };

    public void Dispose() => services.Dispose();

    [Fact]
    public async Task It_ends_the_scenes_cancels_the_generation_and_releases_the_hold()
    {
        Assert.True((await RunAsync(Input)).IsCancelled);

        Assert.Equal(SceneStatus.Cancelled, backend.StateOf(TaskId, 2).Status);
        Assert.Equal(SceneStatus.Cancelled, backend.StateOf(TaskId, 3).Status);
        Assert.Equal(["generation-2-1"], backend.CancelledGenerations);
        Assert.Empty(backend.Holds);
    }

    [Fact]
    public async Task An_image_that_is_stored_and_on_record_is_charged_from_the_hold()
    {
        Row(2, new SceneState { Status = SceneStatus.Generating, GenerationId = "generation-2-1", ImageUrl = "/1.png" });

        await RunAsync(Input);

        Assert.Equal((SceneStatus.Completed, 98), (backend.StateOf(TaskId, 2).Status, backend.Balance));
        Assert.Empty(backend.Holds);
    }

    [Fact]
    public async Task While_a_step_may_be_under_way_its_scene_and_the_hold_are_left_alone()
    {
        Assert.True((await RunAsync(Input with { EndsScenes = false })).IsCancelled);

        Assert.Equal(SceneStatus.Generating, backend.StateOf(TaskId, 2).Status);
        Assert.Equal(SceneStatus.Cancelled, backend.StateOf(TaskId, 3).Status);
        Assert.Equal(4, backend.Holds[TaskId]);
    }

    [Fact]
    public async Task A_task_that_goes_on_is_left_alone()
    {
        Assert.False((await RunAsync(Input, isCancelled: false)).IsCancelled);

        Assert.Empty(backend.Acts);
    }

    [Fact]
    public async Task An_order_that_only_the_input_knows_is_cancelled_and_recorded()
    {
        Row(2, SceneState.Cancelled);

        await RunAsync(Input with { Order = Unrecorded });

        var scene = backend.StateOf(TaskId, 2);
        Assert.Equal((SceneStatus.Cancelled, "generation-2-1"), (scene.Status, scene.GenerationId));
        Assert.Equal(["generation-2-1"], backend.CancelledGenerations);
    }

    [Fact]
    public async Task An_order_that_only_the_input_knows_is_cancelled_also_when_its_scenario_was_deleted()
    {
        backend.Scenes.Clear();

        Assert.True((await RunAsync(Input with { Order = Unrecorded })).IsCancelled);

        Assert.Equal(["generation-2-1"], backend.CancelledGenerations);
        Assert.Empty(backend.Holds);
    }

    [Theory]
    [InlineData("list_scenes")]
    [InlineData("release")]
    public async Task Whatever_the_storage_says_it_is_to_be_tried_again(string act)
    {
        backend.Before = one => one == act
            ? Task.FromException(new StorageException("no such table", isTransient: false))
            : Task.CompletedTask;

        var fault = await Assert.ThrowsAsync<StorageException>(() => RunAsync(Input));

        Assert.True(fault.IsTransient);
    }

    [Fact]
    public async Task While_RunwayML_hangs_it_begins_no_further_scene_after_minutes_and_its_next_run_goes_on()
    {
        Row(3, new SceneState { Status = SceneStatus.Generating, GenerationId = "generation-3-1" });
        backend.Before = act =>
        {
            time.Advance(TimeSpan.FromMinutes(act.StartsWith("cancel", StringComparison.Ordinal) ? 2 : 0));
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<StorageException>(() => RunAsync(Input));

        Assert.Single(backend.CancelledGenerations);
        await RunAsync(Input);
        Assert.Equal(2, backend.CancelledGenerations.Count);
        Assert.Empty(backend.Holds);
    }

    [Fact]
    public async Task While_the_storage_is_down_it_ends_before_a_host_ends_it_and_is_tried_again()
    {
        backend.Before = act => act == "update 2"
            ? Task.FromException(new StorageException("connection refused", isTransient: true)) : Task.CompletedTask;
        var started = time.GetTimestamp();

        await Assert.ThrowsAsync<StorageException>(() => RunAsync(Input));

        Assert.InRange(time.GetElapsedTime(started), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(9));
    }

    private async Task<CleanedUp> RunAsync(CleanUpInput input, bool isCancelled = true)
    {
        var context = new Mock<IStepContext>();
        context.Setup(c => c.Cancelled).Returns(new CancellationToken(isCancelled));
        context.Setup(c => c.IsCancelledAsync(It.IsAny<CancellationToken>())).ReturnsAsync(isCancelled);
        return await services.GetRequiredService<IStep<CleanUpInput, CleanedUp>>()
            .RunAsync(input, context.Object, TestContext.Current.CancellationToken);
    }

    private void Row(int number, SceneState state)
    {
        var id = ScenarioIds.Scene(TaskId, number);
        backend.Scenes[id] = new SceneRow(
            id, ScenarioIds.Scenario(TaskId), new Scene { SceneNumber = number, ImagePrompt = $"Scene {number}" }, state);
    }
}
