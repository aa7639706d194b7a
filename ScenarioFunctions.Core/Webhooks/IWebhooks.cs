using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Webhooks;

/// <summary>
/// The deliveries of webhooks. Each host delivers them by itself: a task with a callback that has ended is reported, whatever
/// ends in between.
/// </summary>
public interface IWebhooks
{
    /// <summary>The delivery of a task that has ended and has a callback; null when it has not begun.</summary>
    /// <exception cref="EngineUnavailableException"/>
    /// <exception cref="Storage.StorageException"/>
    Task<WebhookDelivery?> FindAsync(TaskSnapshot task, CancellationToken cancellationToken);

    /// <summary>Sends the webhook of such a task now, and again, however its delivery stands. When this returns, a crash changes nothing.</summary>
    /// <exception cref="EngineUnavailableException"/>
    /// <exception cref="Storage.StorageException"/>
    Task SendAgainAsync(TaskSnapshot task, CancellationToken cancellationToken);
}
