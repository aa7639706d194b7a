using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Benchmarks.Engine;

/// <summary>The workflow's steps without any work, so that only the engine is measured.</summary>
/// <param name="slowedBy">Processor time that each step wastes, to try what finds a slower program.</param>
internal sealed class NoOpSteps(TimeSpan slowedBy) :
    IStep<SaveScenarioStepInput, SavedScenario>,
    IStep<SaveScenesStepInput, SavedScenes>,
    IStep<CheckCreditsInput, CreditCheck>,
    IStep<ReleaseCreditsInput, ReleasedCredits>,
    IStep<GenerateSceneImageInput, SceneImageOutcome>,
    IStep<CleanUpInput, CleanedUp>
{
    public static void AddTo(IServiceCollection services, TimeSpan slowedBy)
    {
        var steps = new NoOpSteps(slowedBy);
        services.AddSingleton<IStep<SaveScenarioStepInput, SavedScenario>>(steps);
        services.AddSingleton<IStep<SaveScenesStepInput, SavedScenes>>(steps);
        services.AddSingleton<IStep<CheckCreditsInput, CreditCheck>>(steps);
        services.AddSingleton<IStep<ReleaseCreditsInput, ReleasedCredits>>(steps);
        services.AddSingleton<IStep<GenerateSceneImageInput, SceneImageOutcome>>(steps);
        services.AddSingleton<IStep<CleanUpInput, CleanedUp>>(steps);
        services.AddSingleton<StepRunner>();
        services.AddSingleton<CancelledTasks>();
    }

    public Task<SavedScenario> RunAsync(SaveScenarioStepInput input, IStepContext context, CancellationToken stopping) =>
        Done(new SavedScenario(ScenarioIds.Scenario(input.TaskId)));

    public Task<SavedScenes> RunAsync(SaveScenesStepInput input, IStepContext context, CancellationToken stopping) =>
        Done(new SavedScenes(input.Scenes.Count));

    public Task<CreditCheck> RunAsync(CheckCreditsInput input, IStepContext context, CancellationToken stopping) =>
        Done(new CreditCheck(input.Images * input.CreditsPerImage, Held: true));

    public Task<ReleasedCredits> RunAsync(ReleaseCreditsInput input, IStepContext context, CancellationToken stopping) =>
        Done(new ReleasedCredits(0));

    public Task<CleanedUp> RunAsync(CleanUpInput input, IStepContext context, CancellationToken stopping) =>
        Done(new CleanedUp(IsCancelled: true));

    public Task<SceneImageOutcome> RunAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping) =>
        Done(new SceneImageOutcome(
            SceneImageNext.None,
            SceneStatus.Completed,
            $"/storage/v1/object/public/generated-content/scenes/scene_{ScenarioIds.Scene(input.TaskId, input.SceneNumber)}.png"));

    private Task<T> Done<T>(T result)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < slowedBy;)
        {
            Thread.SpinWait(10);
        }

        return Task.FromResult(result);
    }
}
