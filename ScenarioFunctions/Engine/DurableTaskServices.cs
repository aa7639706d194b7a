using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

internal static class DurableTaskServices
{
    /// <summary>Adds Durable Task as the engine, and the serializer that it shares with the worker. Needs an <see cref="ITaskIndex"/>.</summary>
    public static IServiceCollection AddDurableTaskEngine(this IServiceCollection services)
    {
        services.Configure<JsonSerializerOptions>(options => HostJson.Configure(options));
        services.TryAddSingleton(WorkflowVersions.OfThisProgram);
        services.AddSingleton<DurableClients>();
        services.AddSingleton<TaskIndexing>();
        services.AddSingleton<TaskIndexUpkeep>();
        services.AddSingleton<TaskList>();
        services.AddSingleton<WaitingTasks>();
        services.AddSingleton<ITaskEngine, DurableTaskEngine>();
        services.AddSingleton<IWebhooks, DurableWebhooks>();
        services.AddSingleton<TaskRetention>();
        services.AddHealthChecks().AddCheck<TaskHubHealthCheck>("task_hub").AddCheck<WorkflowHealthCheck>("workflow");
        return services;
    }
}

/// <summary>
/// The worker's only serializer, which Durable Task also uses: <see cref="CoreJson"/> for its types, and reflection for all
/// others. Progress stays below the limit of a custom status.
/// </summary>
internal static class HostJson
{
    /// <summary>Durable Task's limit is 16 KB, counted in UTF-16.</summary>
    public const int MaxCustomStatus = 8_000;

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        var core = CoreJson.Default.Options;
        options.PropertyNamingPolicy = core.PropertyNamingPolicy;
        options.DefaultIgnoreCondition = core.DefaultIgnoreCondition;
        options.MaxDepth = core.MaxDepth;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(CoreJson.Default, new DefaultJsonTypeInfoResolver());
        options.Converters.Add(new CompactProgressConverter(MaxCustomStatus));
        return options;
    }
}
