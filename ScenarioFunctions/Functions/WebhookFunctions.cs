using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The orchestrator that delivers a task's webhook, and its activities.</summary>
public sealed partial class WebhookFunctions(WebhookAttempts attempts, DurableClients clients)
{
    [Function(WebhookOrchestration.Name)]
    public static async Task<WebhookDelivery> DeliverAsync(
        [OrchestrationTrigger] TaskOrchestrationContext context, WebhookInput input)
    {
        var delivery = await WebhookOrchestration.RunAsync(context, input);
        if (delivery.Status == WebhookStatus.Failed)
        {
            GivenUp(context.CreateReplaySafeLogger<WebhookDelivery>(), input.TaskId, delivery.Attempts, delivery.Error ?? "");
        }

        return delivery;
    }

    [Function(WebhookOrchestration.ScheduleActivity)]
    public async Task<bool> ScheduleAsync(
        [ActivityTrigger] WebhookInput input, [DurableClient] DurableTaskClient client, CancellationToken stopping)
    {
        clients.Current = client;
        await clients.ScheduleWebhookAsync(input, stopping);
        return true;
    }

    [Function(WebhookOrchestration.SendActivity)]
    public Task<WebhookOutcome> SendAsync(
        [ActivityTrigger] WebhookInput input, [DurableClient] DurableTaskClient client, CancellationToken stopping)
    {
        clients.Current = client;
        return attempts.TryAsync(input.TaskId, input.Run, stopping);
    }

    [LoggerMessage(706, LogLevel.Error, "Task {TaskId}: its webhook was not delivered in {Attempts} attempts and is not sent any more: {Fault}")]
    private static partial void GivenUp(ILogger logger, string taskId, int attempts, string fault);
}
