using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

/// <summary>The workflow's steps in one life of the engine: each try ends when and as the schedule says.</summary>
internal sealed class Steps(Random random, Witness witness) :
    IStep<SaveScenarioStepInput, SavedScenario>,
    IStep<SaveScenesStepInput, SavedScenes>,
    IStep<CheckCreditsInput, CreditCheck>,
    IStep<ReleaseCreditsInput, ReleasedCredits>,
    IStep<GenerateSceneImageInput, SceneImageOutcome>
{
    private readonly List<Action<double>> underWay = [];
    private readonly HashSet<string> begun = [];

    public bool HasUnderWay => underWay.Count > 0;

    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<IStep<SaveScenarioStepInput, SavedScenario>>(this);
        services.AddSingleton<IStep<SaveScenesStepInput, SavedScenes>>(this);
        services.AddSingleton<IStep<CheckCreditsInput, CreditCheck>>(this);
        services.AddSingleton<IStep<ReleaseCreditsInput, ReleasedCredits>>(this);
        services.AddSingleton<IStep<GenerateSceneImageInput, SceneImageOutcome>>(this);
    }

    /// <summary>Any one comes to its end.</summary>
    public void EndOne(double failureRate) => random.Take(underWay)(failureRate);

    public Task<SavedScenario> RunAsync(SaveScenarioStepInput input, IStepContext context, CancellationToken stopping) =>
        RunAsync(input.TaskId, "SaveScenario", context, () => new SavedScenario(ScenarioIds.Scenario(input.TaskId)), stopping);

    public Task<SavedScenes> RunAsync(SaveScenesStepInput input, IStepContext context, CancellationToken stopping) =>
        RunAsync(input.TaskId, "SaveScenes", context, () => new SavedScenes(input.Scenes.Count), stopping);

    public Task<CreditCheck> RunAsync(CheckCreditsInput input, IStepContext context, CancellationToken stopping) =>
        RunAsync(input.TaskId, "CheckCredits", context, () => new CreditCheck(1, Held: random.Chance(0.95)), stopping);

    public Task<ReleasedCredits> RunAsync(ReleaseCreditsInput input, IStepContext context, CancellationToken stopping) =>
        RunAsync(input.TaskId, "ReleaseCredits", context, () => new ReleasedCredits(0), stopping);

    public Task<SceneImageOutcome> RunAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        var key = $"GenerateSceneImage {input.SceneNumber}.{input.Generation}.{input.Wait}";
        return RunAsync(input.TaskId, key, context, () => context.Cancelled.IsCancellationRequested
            ? new SceneImageOutcome(SceneImageNext.None, SceneStatus.Cancelled, Reason: SceneReason.Cancelled, Note: key)
            : random.Next(8) switch
            {
                0 => new SceneImageOutcome(SceneImageNext.Wait, SceneStatus.Generating, Note: key),
                1 => new SceneImageOutcome(SceneImageNext.GenerateAgain, SceneStatus.Generating, Note: key),
                2 => new SceneImageOutcome(SceneImageNext.None, SceneStatus.Skipped, Reason: SceneReason.TimedOut, Note: key),
                _ => new SceneImageOutcome(SceneImageNext.None, SceneStatus.Completed, $"/{input.SceneNumber}.png", Note: key),
            }, stopping);
    }

    private async Task<T> RunAsync<T>(
        string taskId, string key, IStepContext context, Func<T> result, CancellationToken stopping)
    {
        witness.Begun(taskId, key, isFirstTry: begun.Add($"{taskId} {key}"), context.Cancelled.IsCancellationRequested);
        var end = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        underWay.Add(failureRate =>
        {
            if (stopping.IsCancellationRequested && random.Chance(0.5))
            {
                end.SetCanceled(stopping);
            }
            else if (random.Chance(failureRate))
            {
                end.SetException(new StorageException(key, isTransient: random.Chance(0.8)));
            }
            else
            {
                end.SetResult(result());
            }
        });
        return await end.Task;
    }
}
