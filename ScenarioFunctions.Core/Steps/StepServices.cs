using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ScenarioFunctions.Core.Steps;

public static class StepServices
{
    /// <summary>Adds the steps and what runs them; expects the storage interfaces, RunwayML and the settings.</summary>
    public static IServiceCollection AddSteps(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StepRunner>();
        services.AddSingleton<SceneGenerator>();
        services.AddSingleton<SceneImageDelivery>();
        services.AddSingleton<IStep<SaveScenarioStepInput, SavedScenario>, SaveScenarioStep>();
        services.AddSingleton<IStep<SaveScenesStepInput, SavedScenes>, SaveScenesStep>();
        services.AddSingleton<IStep<CheckCreditsInput, CreditCheck>, CheckCreditsStep>();
        services.AddSingleton<IStep<GenerateSceneImageInput, SceneImageOutcome>, GenerateSceneImageStep>();
        return services;
    }
}
