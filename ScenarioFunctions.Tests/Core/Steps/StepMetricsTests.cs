using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Steps;

/// <summary>What steps count that run again after their effect, as an engine lets them.</summary>
public sealed class StepMetricsTests : IDisposable
{
    private const string TaskId = EngineHost.TaskId;

    /// <summary>The meter is the process's: only what this test's own calls count is looked at.</summary>
    private static readonly AsyncLocal<ConcurrentQueue<(string Name, long Value)>?> Counts = new();

    private readonly Backend backend = new();
    private readonly ServiceProvider services;
    private readonly MeterListener listener = new();

    public StepMetricsTests()
    {
        services = BackendConnection.NewServices(backend, new ImpatientTime())
            .AddSingleton(new ServiceSettings())
            .AddSingleton(new RunwaySettings { ApiSecret = "secret" })
            .BuildServiceProvider();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ServiceTelemetry.Name)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Counts.Value?.Enqueue((instrument.Name, value)));
        listener.Start();
        Counts.Value = new ConcurrentQueue<(string, long)>();
    }

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task Credits_that_are_held_already_are_not_counted_again()
    {
        var input = new CheckCreditsInput(TaskId, "user-1", Images: 3, CreditsPerImage: 2);
        await RunAsync<CheckCreditsInput, CreditCheck>(input);

        Assert.True((await RunAsync<CheckCreditsInput, CreditCheck>(input)).IsEnough);

        Assert.Equal(6, Sum("scenario.credits.held"));
    }

    [Fact]
    public async Task Images_that_were_never_ordered_are_counted_once_although_the_release_is_repeated()
    {
        var input = new ReleaseCreditsInput(TaskId, new OrderingStop(SceneReason.ImageServiceUnavailable)) { PendingScenes = 5 };
        backend.Before = act => act == "release" ? throw new StorageException("It is down.", isTransient: true) : Task.CompletedTask;
        await Assert.ThrowsAsync<StorageException>(() => RunAsync<ReleaseCreditsInput, ReleasedCredits>(input));
        backend.Before = _ => Task.CompletedTask;

        await RunAsync<ReleaseCreditsInput, ReleasedCredits>(input);

        Assert.Equal(5, Sum("scenario.images"));
    }

    [Fact]
    public async Task An_image_whose_end_only_a_later_run_could_record_is_counted_then_and_once()
    {
        var id = ScenarioIds.Scene(TaskId, 2);
        backend.Scenes[id] = new SceneRow(id, ScenarioIds.Scenario(TaskId), new Scene { SceneNumber = 2 }, new SceneState { Status = SceneStatus.Generating });
        var input = new GenerateSceneImageInput(TaskId, 2, "user-1", null, 2, Wait: 2, Generation: 1, TaskId)
        {
            Carried = new CarriedOver(1, Unsaved: SceneState.SkippedFor(SceneReason.OutcomeUnknown) with { ServiceCredits = 8 }),
        };

        await RunAsync<GenerateSceneImageInput, SceneImageOutcome>(input);
        await RunAsync<GenerateSceneImageInput, SceneImageOutcome>(input);

        Assert.Equal((1, 8), (Sum("scenario.images"), Sum("scenario.image_service.credits")));
    }

    private Task<TResult> RunAsync<TInput, TResult>(TInput input) => services.GetRequiredService<IStep<TInput, TResult>>()
        .RunAsync(input, new NeverCancelled(), TestContext.Current.CancellationToken);

    private static long Sum(string name) => Counts.Value!.Where(count => count.Name == name).Sum(count => count.Value);

    private sealed class NeverCancelled : IStepContext
    {
        public CancellationToken Cancelled => CancellationToken.None;

        public ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);
    }
}
