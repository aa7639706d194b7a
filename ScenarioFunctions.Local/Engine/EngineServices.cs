using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

internal static class EngineServices
{
    /// <summary>Adds the embedded engine; expects the database and the steps.</summary>
    public static IServiceCollection AddEmbeddedEngine(this IServiceCollection services)
    {
        services.AddSingleton<TaskTable>();
        services.AddSingleton<StepExecutor>();
        services.AddSingleton<EmbeddedTaskEngine>();
        services.AddSingleton<ITaskEngine>(provider => provider.GetRequiredService<EmbeddedTaskEngine>());
        services.AddHostedService<EngineHostedService>();
        return services;
    }
}
