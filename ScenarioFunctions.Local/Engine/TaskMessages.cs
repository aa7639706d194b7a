using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>Where a task under way is; what a message does there: <see cref="TaskActor"/>.</summary>
internal enum TaskPhase
{
    /// <summary>Its records are being read, or written for the first time.</summary>
    Replaying,

    /// <summary>Steps run, and what is on disk goes to the workflow.</summary>
    Live,

    /// <summary>Its end is being written. Steps go on, but nothing goes to the workflow, so that no step starts.</summary>
    Ending,

    /// <summary>It is cancelled: what was under way comes to its end, then its scenes and credits are cleaned up.</summary>
    WindingDown,

    /// <summary>Nothing is left to do.</summary>
    Settled,
}

/// <summary>What can happen to a task under way.</summary>
internal abstract record TaskMessage
{
    /// <summary>Its records have been read, or written for the first time.</summary>
    public sealed record RecordsAtHand(TaskRecords Records) : TaskMessage;

    /// <summary>It could not be written for the first time: there is no such task.</summary>
    public sealed record NotWritten(Exception Reason) : TaskMessage;

    /// <summary>A step has come to its end; its result is not on disk yet.</summary>
    public sealed record StepEnded(StepCall Call, byte[] Result) : TaskMessage;

    /// <summary>A step's result is on disk.</summary>
    public sealed record StepOnDisk(StepCall Call, long Ordinal) : TaskMessage;

    /// <summary>A step had not begun when the task was cancelled, and never will.</summary>
    public sealed record StepLeftOut : TaskMessage;

    /// <summary>None of its scenes is under way, and no credits are held for it.</summary>
    public sealed record CleanedUpAfter : TaskMessage;

    /// <summary>Somebody wants it cancelled, and waits for how it ends.</summary>
    public sealed record CancelAsked(TaskCompletionSource<TaskSnapshot> Answer) : TaskMessage;

    /// <summary>The disk refused what a cancel waits for.</summary>
    public sealed record DiskRefused(Exception Reason) : TaskMessage;

    /// <summary>Its end is on disk.</summary>
    public sealed record EndOnDisk(TaskSnapshot Task, bool IsSettled) : TaskMessage;

    /// <summary>A cancel that the disk refused is not on disk.</summary>
    public sealed record StillOpen : TaskMessage;

    /// <summary>That nothing is left to do is on disk.</summary>
    public sealed record SettledOnDisk : TaskMessage;
}
