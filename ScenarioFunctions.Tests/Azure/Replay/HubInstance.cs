using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ScenarioFunctions.Tests.Azure.Replay;

/// <summary>What a task hub keeps of one orchestration.</summary>
internal sealed class HubInstance(string name, string id, string input, DateTimeOffset createdAt)
{
    public string Name { get; } = name;
    public string Id { get; } = id;
    public string Input { get; } = input;
    public List<HistoryEvent> History { get; } = [];
    public OrchestrationRuntimeStatus Status { get; set; } = OrchestrationRuntimeStatus.Pending;
    public string? CustomStatus { get; set; }
    public string? Output { get; set; }
    public string? Failure { get; set; }
    public int Turns { get; set; }

    public bool HasEnded => Status is
        OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    public OrchestrationMetadata Describe(bool withData) => new(Name, Id)
    {
        RuntimeStatus = Status,
        CreatedAt = createdAt,
        LastUpdatedAt = createdAt,
        SerializedInput = withData ? Input : null,
        SerializedOutput = withData ? Output : null,
        SerializedCustomStatus = withData ? CustomStatus : null,
        FailureDetails = withData && Failure is not null ? new TaskFailureDetails("Exception", Failure, null, null, null) : null,
    };
}
