using System.Collections.Concurrent;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Notes what is to be sent again, and sends nothing.</summary>
internal sealed class FakeWebhooks : IWebhooks
{
    /// <summary>Of every task.</summary>
    public WebhookDelivery? Delivery { get; set; }

    public ConcurrentQueue<string> SentAgain { get; } = [];

    public Task<WebhookDelivery?> FindAsync(TaskSnapshot task, CancellationToken cancellationToken) => Task.FromResult(Delivery);

    public Task SendAgainAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        SentAgain.Enqueue(task.TaskId);
        return Task.CompletedTask;
    }
}
