using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api.Webhooks;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Api;

/// <summary>One attempt to report the end of a task to its <c>callback_url</c>. Each host repeats it until the report is delivered.</summary>
public sealed class WebhookAttempts
{
    private readonly ITaskEngine engine;
    private readonly TaskResources resources;
    private readonly WebhookSender sender;
    private readonly FaultLog faults;
    private readonly ILogger logger;

    internal WebhookAttempts(
        ITaskEngine engine, TaskResources resources, WebhookSender sender, FaultLog faults, ILogger<WebhookAttempts> logger) =>
        (this.engine, this.resources, this.sender, this.faults, this.logger) = (engine, resources, sender, faults, logger);

    /// <param name="taskId">The task.</param>
    /// <param name="run">Which of its ends: see <see cref="Core.Workflow.TaskCallback.Run"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EngineUnavailableException"/>
    public async Task<WebhookOutcome> TryAsync(string taskId, int run, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(taskId, cancellationToken) is not { Callback: { } callback } task || callback.Run != run)
        {
            return new WebhookOutcome(WebhookVerdict.Superseded);
        }

        if (!task.State.IsFinal())
        {
            return new WebhookOutcome(WebhookVerdict.NotEnded);
        }

        var message = new WebhookMessage(await resources.ReadAsync(callback.BaseUrl, task, cancellationToken));
        var body = JsonSerializer.Serialize(message, ApiJson.Readable.WebhookMessage);
        var outcome = await sender.SendAsync(new Uri(callback.Url), ScenarioIds.Webhook(taskId, run), body, cancellationToken);
        if (outcome.Verdict == WebhookVerdict.Delivered)
        {
            logger.WebhookDelivered(taskId, message.Type, callback.Origin);
        }
        else if (faults.IsDue("webhook", out var count))
        {
            logger.WebhookNotDelivered(taskId, message.Type, callback.Origin, outcome.Error!, count);
        }

        return outcome;
    }
}

/// <summary>The body of a webhook: the task as its GET shows it, and which event that is.</summary>
internal sealed record WebhookMessage : TaskResource
{
    [SetsRequiredMembers]
    public WebhookMessage(TaskResource task)
        : base(task) => (Type, Timestamp) = (TypeOf(task.Status), task.UpdatedAt);

    /// <summary>Such as <c>task.completed</c>.</summary>
    [JsonPropertyOrder(-2)]
    public string Type { get; }

    /// <summary>When the task ended.</summary>
    [JsonPropertyOrder(-1)]
    public string Timestamp { get; }

    public static string TypeOf(TaskState state) => $"task.{EnumNames.Of(state)}";
}

public static class WebhookServices
{
    /// <summary>Adds <see cref="WebhookAttempts"/>. The host adds <see cref="IWebhooks"/>, and what <see cref="TaskResources"/> needs.</summary>
    public static IServiceCollection AddWebhookAttempts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FaultLog>();
        services.TryAddSingleton<SceneWaits>();
        services.TryAddSingleton<TaskResources>();
        services.AddHttpClient<WebhookSender>(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => WebhookSender.NewHandler(provider.GetRequiredService<ServiceSettings>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers(); // they would print the callback's URL
        services.TryAddSingleton(provider => new WebhookAttempts(
            provider.GetRequiredService<ITaskEngine>(),
            provider.GetRequiredService<TaskResources>(),
            provider.GetRequiredService<WebhookSender>(),
            provider.GetRequiredService<FaultLog>(),
            provider.GetRequiredService<ILogger<WebhookAttempts>>()));
        return services;
    }
}
