using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>The open tasks of the hub by their version of the workflow, and those that wait for it: see <see cref="WaitingTurns"/>.</summary>
public sealed partial class WaitingTasks(
    DurableClients clients, WorkflowVersions versions, TimeProvider time, ILogger<WaitingTasks> logger)
{
    /// <summary>Nothing waits for this event: it only gives the task a turn.</summary>
    public const string WakeEvent = "Wake";

    /// <summary>How long a task must have stood still. A step that waits for an image reports after 4 minutes.</summary>
    public static readonly TimeSpan Still = TimeSpan.FromMinutes(5);

    /// <summary>Each count reads the inputs of all open tasks, and health is asked for often.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private volatile Counted? last;

    /// <exception cref="EngineUnavailableException"/>
    public async Task<IReadOnlyDictionary<int, int>> CountOpenByVersionAsync(CancellationToken cancellationToken)
    {
        if (last is { } known && time.GetElapsedTime(known.At) < KeptFor)
        {
            return known.ByVersion;
        }

        var open = await OpenAsync(withInput: true, cancellationToken);
        var counts = open.CountBy(task => WaitingTurns.VersionOf(task.SerializedInput)).ToDictionary();
        last = new Counted(counts, time.GetTimestamp());
        return counts;
    }

    /// <summary>
    /// Gives a turn to each task that stands still and whose version this program has: its last turn may have come to a program that
    /// did not have it. A turn too many does no harm. Called every few minutes.
    /// </summary>
    /// <exception cref="EngineUnavailableException"/>
    public async Task WakeAsync(DateTimeOffset updatedBefore, CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<int, int>();
        var open = await OpenAsync(withInput: false, cancellationToken);
        foreach (var still in open.Where(task => task.LastUpdatedAt < updatedBefore))
        {
            var task = await clients.AskAsync(
                (client, token) => client.GetInstanceAsync(still.InstanceId, getInputsAndOutputs: true, token), cancellationToken);
            var version = WaitingTurns.VersionOf(task?.SerializedInput);
            if (!versions.Has(version))
            {
                waiting[version] = waiting.GetValueOrDefault(version) + 1;
            }
            else if (task is { IsCompleted: false })
            {
                await clients.AskAsync(
                    (client, token) => client.RaiseEventAsync(task.InstanceId, WakeEvent, cancellation: token), cancellationToken);
            }
        }

        foreach (var (version, count) in waiting)
        {
            WaitingForVersion(logger, count, version, versions);
        }
    }

    private Task<List<OrchestrationMetadata>> OpenAsync(bool withInput, CancellationToken cancellationToken)
    {
        var filter = new OrchestrationQuery(
            Statuses: RuntimeStates.Open, PageSize: withInput ? 100 : HubReads.PageSize, FetchInputsAndOutputs: withInput);
        return clients.ScanAsync(filter, Workflows.IsOurs, cancellationToken);
    }

    private sealed record Counted(IReadOnlyDictionary<int, int> ByVersion, long At);

    [LoggerMessage(707, LogLevel.Warning,
        "{Count} tasks wait for a program that has version {Version} of the workflow; this one has {Known}. See docs/changing-the-workflow.md")]
    private static partial void WaitingForVersion(ILogger logger, int count, int version, WorkflowVersions known);
}
