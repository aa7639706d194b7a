using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Tests.Azure.Replay;

/// <summary>
/// A task hub in memory, which outlives its workers. It refuses and accepts what the real one was seen to:
/// a start over an open instance, and the end of an ended or unknown one, are errors.
/// </summary>
internal sealed class TaskHub : DurableTaskClient
{
    private readonly ConcurrentDictionary<string, HubInstance> instances = new(StringComparer.Ordinal);
    private DateTimeOffset clock = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TaskHub()
        : base("ScenarioHub")
    {
    }

    /// <summary>Called with each instance that is to be run.</summary>
    public Action<HubInstance> Scheduled { get; set; } = _ => { };

    public HubInstance this[string id] => instances[id];

    public IEnumerable<HubInstance> Open => instances.Values.Where(instance => !instance.HasEnded);

    public void Purge(string id) => instances.TryRemove(id, out _);

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        var id = options!.InstanceId!;
        if (instances.TryGetValue(id, out var existing)
            && (!existing.HasEnded || options.DedupeStatuses!.Contains(existing.Status.ToString())))
        {
            throw new InvalidOperationException($"An Orchestration instance with the ID {id} is there.");
        }

        clock = clock.AddSeconds(1);
        var instance = new HubInstance(orchestratorName.Name, id, JsonSerializer.Serialize(input, HostJson.Options), clock);
        instances[id] = instance;
        Scheduled(instance);
        return Task.FromResult(id);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var instance = instances[instanceId];
        lock (instance)
        {
            if (instance.HasEnded)
            {
                throw new InvalidOperationException("FailedPrecondition");
            }

            instance.Status = OrchestrationRuntimeStatus.Terminated;
        }

        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        if (!instances.TryGetValue(instanceId, out var instance))
        {
            return Task.FromResult<OrchestrationMetadata?>(null);
        }

        lock (instance)
        {
            return Task.FromResult<OrchestrationMetadata?>(instance.Describe(getInputsAndOutputs));
        }
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        throw new NotSupportedException();

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
