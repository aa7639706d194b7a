namespace ScenarioFunctions.Tests.Azure.Replay;

internal enum HistoryKind
{
    ActivityScheduled,
    ActivityCompleted,
    ActivityFailed,
    TimerCreated,
    TimerFired,
}
