namespace ScenarioFunctions.Tests.Azure.Replay;

/// <summary>One line of an orchestration's history.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">Of the activity or timer, by the order in which the orchestrator asked for them.</param>
/// <param name="Name">The activity's, when it is scheduled.</param>
/// <param name="Data">Input, result or failure message, as JSON; a timer's due time.</param>
internal sealed record HistoryEvent(HistoryKind Kind, int Id, string? Name = null, string? Data = null)
{
    /// <summary>Whether the orchestrator asked for it, rather than was told.</summary>
    public bool IsRequest => Kind is HistoryKind.ActivityScheduled or HistoryKind.TimerCreated;
}
