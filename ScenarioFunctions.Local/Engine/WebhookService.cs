using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Delivers webhooks: one loop for each that is pending. Each of its attempts starts from what is on disk and ends there, so that a
/// restart goes on where it was. A try whose outcome is lost is repeated, with the same webhook-id.
/// </summary>
internal sealed class WebhookService(
    WebhookStore webhooks, TaskStore tasks, WebhookAttempts attempts, TimeProvider time, ILogger<WebhookService> logger) : BackgroundService
{
    /// <summary>Slow receivers must not use up all connections.</summary>
    private const int AtOnce = 32;

    /// <summary>After a fault of the disk, and for a task whose end is on disk but not shown yet.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Loop> loops = [];
    private readonly SemaphoreSlim turns = new(AtOnce);

    public override void Dispose()
    {
        turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // so that the start does not wait for this
        void Deliver(string taskId) => Launch(taskId, stoppingToken);
        webhooks.Due += Deliver;
        tasks.CallbackDue += Deliver;
        try
        {
            foreach (var taskId in await UntilReadAsync(webhooks.Pending, stoppingToken))
            {
                Deliver(taskId);
            }

            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start reads them.
        }
        finally
        {
            webhooks.Due -= Deliver;
            tasks.CallbackDue -= Deliver;
            await WhenIdleAsync();
        }
    }

    /// <summary>Starts the loop of a task's webhook, or signals it.</summary>
    private void Launch(string taskId, CancellationToken stopping)
    {
        lock (loops)
        {
            if (loops.TryGetValue(taskId, out var loop))
            {
                loop.Signal();
                return;
            }

            loop = new Loop();
            loops.Add(taskId, loop);
            using (ExecutionContext.SuppressFlow()) // it is not part of the request that caused it
            {
                loop.Run = Task.Run(() => RunAsync(taskId, loop, stopping), CancellationToken.None);
            }
        }
    }

    private Task WhenIdleAsync()
    {
        lock (loops)
        {
            return Task.WhenAll(loops.Values.Select(loop => loop.Run));
        }
    }

    private async Task RunAsync(string taskId, Loop loop, CancellationToken stopping)
    {
        do
        {
            try
            {
                await DeliverAsync(taskId, loop, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return; // the next start goes on
            }
            catch (Exception exception)
            {
                EngineLog.WebhookBroken(logger, exception, taskId);
            }
        }
        while (!HasLeft(taskId, loop));
    }

    private bool HasLeft(string taskId, Loop loop)
    {
        lock (loops)
        {
            return !loop.IsSignaled && loops.Remove(taskId);
        }
    }

    private async Task DeliverAsync(string taskId, Loop loop, CancellationToken stopping)
    {
        while (true)
        {
            var again = loop.NextSignal();
            if (await UntilReadAsync(() => webhooks.Find(taskId), stopping) is not { Delivery.Status: WebhookStatus.Pending } webhook)
            {
                return;
            }

            if (webhook.Delivery.NextAttemptAt - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero && await IsWokenAsync(again, wait, stopping))
            {
                continue;
            }

            var outcome = await TryAsync(taskId, webhook.Run, stopping);
            switch (outcome.Verdict)
            {
                case WebhookVerdict.Superseded:
                    return;
                case WebhookVerdict.NotEnded:
                    await Task.Delay(ShortPause, time, stopping);
                    break;
                default:
                    await RecordAsync(taskId, webhook, webhook.Delivery.After(outcome, time.GetUtcNow()), stopping);
                    break;
            }
        }
    }

    private async Task<WebhookOutcome> TryAsync(string taskId, int run, CancellationToken stopping)
    {
        await turns.WaitAsync(stopping);
        try
        {
            return await attempts.TryAsync(taskId, run, stopping);
        }
        catch (Exception exception) when (exception is EngineUnavailableException or StorageException)
        {
            return new WebhookOutcome(WebhookVerdict.NotEnded); // nothing was sent: the disk failed
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task RecordAsync(string taskId, StoredWebhook before, WebhookDelivery after, CancellationToken stopping)
    {
        if (after.Status == WebhookStatus.Failed)
        {
            EngineLog.WebhookGivenUp(logger, taskId, after.Attempts, after.Error ?? "");
        }

        while (true)
        {
            try
            {
                await webhooks.RecordAsync(before, after);
                return;
            }
            catch (StorageException)
            {
                await Task.Delay(ShortPause, time, stopping); // only the record, so that it is not sent twice
            }
        }
    }

    private async Task<T> UntilReadAsync<T>(Func<T> read, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return read();
            }
            catch (StorageException)
            {
                await Task.Delay(ShortPause, time, stopping);
            }
        }
    }

    /// <returns>Whether something changed before the time was over.</returns>
    private async Task<bool> IsWokenAsync(Task again, TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            await again.WaitAsync(wait, time, stopping);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The delivery of one webhook, while it is in memory.</summary>
    private sealed class Loop
    {
        private volatile TaskCompletionSource change = NewSignal();

        public Task Run { get; set; } = Task.CompletedTask;

        public bool IsSignaled => change.Task.IsCompleted;

        public void Signal() => change.TrySetResult();

        /// <returns>Completes when there is something new after this.</returns>
        public Task NextSignal() => (change = NewSignal()).Task;

        private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
