using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Engine;

/// <summary>Which end of which task is reported: the input of the orchestration and of its activities.</summary>
public sealed record WebhookInput(string TaskId, int Run);

/// <summary>
/// Delivers the webhook of one end of a task. It is an orchestration of its own, as the task's has ended by then. A task starts
/// it before it ends, and a cancel before it terminates the task, so that no crash in between can skip it; it waits for the end.
/// </summary>
internal static class WebhookOrchestration
{
    public const string Name = "DeliverWebhook";

    public const string ScheduleActivity = "ScheduleWebhook";

    public const string SendActivity = "SendWebhook";

    /// <summary>The external event that makes it try at once.</summary>
    private const string SendNow = "SendNow";

    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);

    /// <summary>Only a task that could not be cancelled runs on for so long.</summary>
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(5);

    /// <summary>For faults of the service itself.</summary>
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(5, TimeSpan.FromSeconds(1), StepRetry.BackoffCoefficient, TimeSpan.FromSeconds(30)));

    /// <summary>Starts the delivery, unless it has been started before.</summary>
    /// <exception cref="EngineUnavailableException"/>
    public static Task ScheduleWebhookAsync(this DurableClients clients, WebhookInput input, CancellationToken cancellationToken) =>
        clients.ScheduleAsync(Name, IdOf(input), input, RuntimeStates.NeverReplaced, cancellationToken);

    /// <summary>Makes the delivery try now, from the beginning if it has ended.</summary>
    /// <exception cref="EngineUnavailableException"/>
    public static async Task SendWebhookNowAsync(this DurableClients clients, WebhookInput input, CancellationToken cancellationToken)
    {
        var known = await clients.ReadWebhookAsync(input, cancellationToken);
        if (known?.RuntimeStatus is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending)
        {
            await clients.AskAsync(
                (client, token) => client.RaiseEventAsync(known.InstanceId, SendNow, cancellation: token), cancellationToken);
        }
        else
        {
            await clients.ScheduleAsync(Name, IdOf(input), input, RuntimeStates.ReplacedOnceEnded, cancellationToken);
        }
    }

    /// <returns>The instance, with its custom status; null when there is none.</returns>
    /// <exception cref="EngineUnavailableException"/>
    public static Task<OrchestrationMetadata?> ReadWebhookAsync(
        this DurableClients clients, WebhookInput input, CancellationToken cancellationToken) => clients.AskAsync(
        (client, token) => client.GetInstanceAsync(IdOf(input), getInputsAndOutputs: true, token), cancellationToken);

    public static async Task<WebhookDelivery> RunAsync(TaskOrchestrationContext context, WebhookInput input)
    {
        var delivery = new WebhookDelivery();
        var poll = FirstPoll;
        var sendNow = context.WaitForExternalEvent<object?>(SendNow);
        while (delivery.Status == WebhookStatus.Pending)
        {
            context.SetCustomStatus(delivery);
            if (delivery.NextAttemptAt is { } next && await IsWokenAsync(context, next, sendNow))
            {
                sendNow = context.WaitForExternalEvent<object?>(SendNow);
                delivery = new WebhookDelivery();
            }

            var outcome = await TryAsync(context, input);
            switch (outcome.Verdict)
            {
                case WebhookVerdict.Superseded:
                    return delivery;
                case WebhookVerdict.NotEnded:
                    await context.CreateTimer(poll, CancellationToken.None);
                    poll = poll * 2 > LongestPoll ? LongestPoll : poll * 2;
                    break;
                default:
                    delivery = delivery.After(outcome, new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero));
                    break;
            }
        }

        context.SetCustomStatus(delivery);
        return delivery;
    }

    /// <summary>Starts the delivery from a task's own orchestration. A fault of the hub must not fail the task.</summary>
    /// <returns>Whether it is started.</returns>
    public static async Task<bool> TryScheduleAsync(TaskOrchestrationContext context, WebhookInput input)
    {
        try
        {
            return await context.CallActivityAsync<bool>(ScheduleActivity, input, Retries);
        }
        catch (TaskFailedException)
        {
            return false;
        }
    }

    private static async Task<bool> IsWokenAsync(TaskOrchestrationContext context, DateTimeOffset until, Task sendNow)
    {
        using var over = new CancellationTokenSource();
        var timer = context.CreateTimer(until.UtcDateTime, over.Token);
        var isWoken = await Task.WhenAny(timer, sendNow) == sendNow;
        End(over);
        return isWoken;
    }

    /// <summary>Here, as an orchestrator must not wait for another thread.</summary>
    private static void End(CancellationTokenSource timer) => timer.Cancel();

    private static async Task<WebhookOutcome> TryAsync(TaskOrchestrationContext context, WebhookInput input)
    {
        try
        {
            return await context.CallActivityAsync<WebhookOutcome>(SendActivity, input, Retries);
        }
        catch (TaskFailedException)
        {
            return new WebhookOutcome(WebhookVerdict.Failed, "The service could not send it");
        }
    }

    private static string IdOf(WebhookInput input) => $"{input.TaskId}:webhook:{input.Run}";
}

/// <summary>The deliveries as orchestrations.</summary>
internal sealed class DurableWebhooks(DurableClients clients) : IWebhooks
{
    public async Task<WebhookDelivery?> FindAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        var instance = await clients.ReadWebhookAsync(InputOf(task), cancellationToken);
        return string.IsNullOrEmpty(instance?.SerializedCustomStatus)
            ? null
            : JsonSerializer.Deserialize<WebhookDelivery>(instance.SerializedCustomStatus, HostJson.Options);
    }

    public Task SendAgainAsync(TaskSnapshot task, CancellationToken cancellationToken) =>
        clients.SendWebhookNowAsync(InputOf(task), cancellationToken);

    private static WebhookInput InputOf(TaskSnapshot task) => new(task.TaskId, task.Callback!.Run);
}
