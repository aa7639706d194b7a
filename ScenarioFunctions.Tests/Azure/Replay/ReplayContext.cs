using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Tests.Azure.Replay;

/// <summary>
/// One turn of an orchestrator: it runs from its start, is told what its history holds, in that order, and
/// must ask for the very same things at the very same places. What it asks for beyond is new.
/// </summary>
internal sealed class ReplayContext(HubInstance instance, ILoggerFactory loggers) : TaskOrchestrationContext
{
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly List<HistoryEvent> asked = [];
    private readonly Dictionary<int, TaskCompletionSource<string?>> open = [];
    private readonly HistoryEvent[] recorded = [.. instance.History.Where(one => one.IsRequest)];
    private bool replaying;
    private ReplayMismatchException? mismatch;

    public override TaskName Name => instance.Name;
    public override string InstanceId => instance.Id;
    public override ParentOrchestrationInstance? Parent => null;
    public override DateTime CurrentUtcDateTime => new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    public override bool IsReplaying => replaying;
    protected override ILoggerFactory LoggerFactory => loggers;

    public object? CustomStatus { get; private set; }

    /// <summary>What this turn asked for that no turn did before.</summary>
    public IEnumerable<HistoryEvent> New => asked.Skip(recorded.Length);

    /// <summary>Runs the orchestrator as far as its history goes.</summary>
    /// <returns>Its task: completed when it has ended.</returns>
    public Task<T> Run<T>(Func<TaskOrchestrationContext, Task<T>> orchestrator)
    {
        var told = instance.History.Count(one => !one.IsRequest);
        replaying = told > 0;
        var run = orchestrator(this);
        var requests = 0;
        foreach (var one in instance.History)
        {
            if (one.IsRequest)
            {
                requests++;
                continue;
            }

            RequireSame(asked.Count == requests, $"it had asked for {asked.Count} things when it asked for {requests} before");
            replaying = --told > 0;
            Tell(one);
        }

        // Thrown where it happened, it may have been taken for a step that failed.
        if (mismatch is not null)
        {
            throw mismatch;
        }

        RequireSame(asked.Count >= recorded.Length, "it asks for less than before");
        RequireSame(run.IsCompleted || open.Count > 0, "it waits for something that is not of its context");
        return run;
    }

    public override async Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null)
    {
        var data = JsonSerializer.Serialize(input, HostJson.Options);
        var retry = options!.Retry!.Policy!;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await AskAsync(HistoryKind.ActivityScheduled, name.Name, data);
                return JsonSerializer.Deserialize<TResult>(result!, HostJson.Options)!;
            }
            catch (TaskFailedException) when (attempt < retry.MaxNumberOfAttempts)
            {
                var delay = retry.FirstRetryInterval * Math.Pow(retry.BackoffCoefficient, attempt - 1);
                await CreateTimer(CurrentUtcDateTime + delay, CancellationToken.None);
            }
        }
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) =>
        AskAsync(HistoryKind.TimerCreated, null, fireAt.ToString("O"));

    public override void SetCustomStatus(object? customStatus)
    {
        RequireThread();
        CustomStatus = customStatus;
    }

    public override T GetInput<T>() => throw new NotSupportedException();

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) => throw new NotSupportedException();

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        throw new NotSupportedException();

    public override Guid NewGuid() => throw new NotSupportedException();

    private Task<string?> AskAsync(HistoryKind kind, string? name, string? data)
    {
        RequireThread();
        var request = new HistoryEvent(kind, asked.Count, name, data);
        RequireSame(
            asked.Count >= recorded.Length || recorded[asked.Count] == request,
            $"it asks for {request} where it asked for {recorded.ElementAtOrDefault(asked.Count)} before");
        asked.Add(request);
        return (open[request.Id] = new TaskCompletionSource<string?>()).Task;
    }

    /// <summary>Continues the orchestrator here and now, on this thread.</summary>
    private void Tell(HistoryEvent one)
    {
        RequireSame(open.Remove(one.Id, out var waiting), $"it does not wait for {one}");
        if (one.Kind == HistoryKind.ActivityFailed)
        {
            waiting!.SetException(new TaskFailedException(
                asked[one.Id].Name!, one.Id, new TaskFailureDetails("(unknown)", one.Data!, null, null, null)));
        }
        else
        {
            waiting!.SetResult(one.Data);
        }
    }

    private void RequireThread() =>
        RequireSame(Environment.CurrentManagedThreadId == thread, "it goes on outside its own thread");

    private void RequireSame(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            mismatch ??= new ReplayMismatchException($"The orchestrator does not repeat itself: {otherwise}.");
            throw mismatch;
        }
    }
}
