using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

internal static class EngineServices
{
    /// <summary>Adds Durable Task as the engine, and the serializer that the worker and Durable Task share.</summary>
    public static IServiceCollection AddDurableTaskEngine(this IServiceCollection services)
    {
        services.Configure<JsonSerializerOptions>(options => HostJson.Configure(options));
        services.AddSingleton<DurableClients>();
        services.AddSingleton<ITaskEngine, DurableTaskEngine>();
        services.AddHealthChecks().AddCheck<TaskHubHealthCheck>("task_hub");
        return services;
    }
}
