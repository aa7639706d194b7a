using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScenarioFunctions.Api.Studio;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

public static class ApiServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ScenarioApi"/> and the studio. The host adds <see cref="ServiceSettings"/>, <see cref="ITaskEngine"/>,
    /// <see cref="IScenarioStore"/>, <see cref="ICreditLedger"/>, its health checks and, where it can, <see cref="ICreditGrants"/>.
    /// </summary>
    public static IServiceCollection AddScenarioApi(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddHealthChecks();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CancelledScenes>();
        services.AddSingleton<ApiKeyCheck>();
        services.AddSingleton<RequestGuard>();
        services.AddSingleton<PublicUrls>();
        services.AddSingleton<TaskResources>();
        services.AddSingleton<StudioFiles>();
        return services.AddSingleton(Create);
    }

    private static ScenarioApi Create(IServiceProvider services)
    {
        T New<T>() => ActivatorUtilities.CreateInstance<T>(services);
        return new ScenarioApi(
            services.GetRequiredService<RequestGuard>(),
            New<StartTask>(),
            New<FindTask>(),
            New<ListTasks>(),
            New<CancelTask>(),
            New<Credits>(),
            New<Health>(),
            new OpenApiDocument());
    }
}
