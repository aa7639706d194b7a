using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The steps of the workflow, for both engines.</summary>
public static class WorkflowSteps
{
    /// <summary>5 attempts, waiting 0.5, 1, 2 and 4 s: enough for a database to restart.</summary>
    private static readonly StepRetry Database = new(5, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));

    /// <summary>3 attempts, waiting 2 and 4 s, besides the retries of each call that the step makes.</summary>
    private static readonly StepRetry Image = new(3, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));

    /// <summary>30 attempts within about 4 minutes: if it gave up, the user's credits would stay held for hours.</summary>
    private static readonly StepRetry Release = new(30, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));

    /// <summary>Retried until it succeeds. On Azure the orchestration has its own retries.</summary>
    private static readonly StepRetry Always = new(int.MaxValue, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));

    public static StepDefinition<SaveScenarioStepInput, SavedScenario> SaveScenario { get; } =
        new("SaveScenario", Database);

    public static StepDefinition<SaveScenesStepInput, SavedScenes> SaveScenes { get; } = new("SaveScenes", Database);

    public static StepDefinition<CheckCreditsInput, CreditCheck> CheckCredits { get; } = new("CheckCredits", Database);

    public static StepDefinition<ReleaseCreditsInput, ReleasedCredits> ReleaseCredits { get; } =
        new("ReleaseCredits", Release);

    public static StepDefinition<GenerateSceneImageInput, SceneImageOutcome> GenerateSceneImage { get; } =
        new("GenerateSceneImage", Image);

    /// <summary>Run by an engine after a cancel, and not by the workflow.</summary>
    public static StepDefinition<CleanUpInput, CleanedUp> CleanUp { get; } = new("CleanUp", Always);
}

public static class StepServices
{
    /// <summary>Adds the steps and their runner. Needs the storage interfaces, RunwayML and the settings.</summary>
    public static IServiceCollection AddSteps(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StepRunner>();
        services.TryAddSingleton<CancelledTasks>();
        services.TryAddSingleton<IImageIndex, NoImageIndex>();
        services.TryAddSingleton<FaultLog>();
        services.AddSingleton<ScenePatience>();
        services.AddSingleton<OrderLimits>();
        services.AddSingleton<HoldRenewal>();
        services.TryAddSingleton<SceneWaits>();
        services.AddSingleton<ImageTurns>();
        services.AddSingleton<SceneOrder>();
        services.AddSingleton<SceneGenerator>();
        services.AddSingleton<ImageTransfers>();
        services.AddSingleton<SceneImageDelivery>();
        services.AddSingleton<IStep<SaveScenarioStepInput, SavedScenario>, SaveScenarioStep>();
        services.AddSingleton<IStep<SaveScenesStepInput, SavedScenes>, SaveScenesStep>();
        services.AddSingleton<IStep<CheckCreditsInput, CreditCheck>, CheckCreditsStep>();
        services.AddSingleton<IStep<ReleaseCreditsInput, ReleasedCredits>, ReleaseCreditsStep>();
        services.AddSingleton<IStep<GenerateSceneImageInput, SceneImageOutcome>, GenerateSceneImageStep>();
        services.AddSingleton<IStep<CleanUpInput, CleanedUp>, CleanUpStep>();
        return services;
    }
}
