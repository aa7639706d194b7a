using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The phase of a running task; <see cref="TaskActor"/> says what a message does in each phase.</summary>
internal enum TaskPhase
{
    /// <summary>Its records are being read, or written for the first time.</summary>
    Replaying,

    /// <summary>This program does not have its version of the workflow. It has no place among the running tasks, and only a cancel changes it.</summary>
    Waiting,

    /// <summary>Steps run, and their results go to the workflow once they are on disk.</summary>
    Live,

    /// <summary>Its end is being written. Steps go on, but no result goes to the workflow, so no new step starts.</summary>
    Ending,

    /// <summary>It is cancelled: its running steps end, then its scenes and credits are cleaned up.</summary>
    WindingDown,

    /// <summary>Nothing is left to do.</summary>
    Settled,
}

/// <summary>What can happen to a running task.</summary>
internal abstract record TaskMessage
{
    /// <summary>Its records have been read, or written for the first time.</summary>
    public sealed record RecordsAtHand(TaskRecords Records) : TaskMessage;

    /// <summary>It could not be written for the first time, so it does not exist.</summary>
    public sealed record NotWritten(Exception Reason) : TaskMessage;

    /// <summary>A step has ended; its result is not on disk yet.</summary>
    public sealed record StepEnded(StepCall Call, byte[] Result) : TaskMessage;

    /// <summary>A step's result is on disk.</summary>
    public sealed record StepOnDisk(StepCall Call, long Ordinal) : TaskMessage;

    /// <summary>A step had not started when the task was cancelled, and will not start.</summary>
    public sealed record StepLeftOut : TaskMessage;

    /// <summary>None of its scenes is in progress, and no credits are held for it.</summary>
    public sealed record CleanedUpAfter : TaskMessage;

    /// <summary>Somebody has cancelled it and waits for its final state.</summary>
    public sealed record CancelAsked(TaskCompletionSource<TaskSnapshot> Answer) : TaskMessage;

    /// <summary>A write failed that a cancel waits for.</summary>
    public sealed record DiskRefused(Exception Reason) : TaskMessage;

    /// <summary>Its end is on disk.</summary>
    public sealed record EndOnDisk(TaskSnapshot Task, bool IsSettled) : TaskMessage;

    /// <summary>A cancel whose write failed is not on disk.</summary>
    public sealed record StillOpen : TaskMessage;

    /// <summary>It is on disk that nothing is left to do.</summary>
    public sealed record SettledOnDisk : TaskMessage;
}
