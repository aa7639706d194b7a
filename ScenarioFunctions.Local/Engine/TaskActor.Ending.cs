using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using static ScenarioFunctions.Local.Engine.TaskMessage;
using static ScenarioFunctions.Local.Engine.TaskPhase;

namespace ScenarioFunctions.Local.Engine;

/// <content>How a task ends: at the end of its workflow, or by a cancel, after which its running steps still have to end.</content>
internal sealed partial class TaskActor
{
    /// <summary>Cancels the task unless it has ended. Completes when its end is on disk.</summary>
    /// <exception cref="StorageException">The write failed. Another cancel will show whether the task goes on.</exception>
    public Task<TaskSnapshot> CancelAsync()
    {
        var answer = new TaskCompletionSource<TaskSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new CancelAsked(answer));
        return answer.Task;
    }

    private TaskPhase Wait(CancelAsked cancel)
    {
        cancels.Add(cancel.Answer);
        return phase;
    }

    private TaskPhase WriteCancel(CancelAsked? cancel = null)
    {
        if (cancel is not null)
        {
            Wait(cancel);
        }

        var task = snapshot!.Cancelled(time.GetUtcNow());
        background.Run(taskId, async () =>
        {
            try
            {
                if (await tasks.EndAsync(seq, task, settled: false))
                {
                    Post(new EndOnDisk(task, IsSettled: false));
                    return;
                }
            }
            catch (Exception exception)
            {
                Post(new DiskRefused(exception));
            }

            // A write that failed may be on disk nevertheless. Until that is known, no step starts.
            var row = await UntilReadAsync(() => tasks.Find(taskId)!);
            Post(row.IsOpen ? new StillOpen() : new EndOnDisk(row.Snapshot, row.IsSettled));
        });
        return Ending;
    }

    /// <summary>Writes the end of the workflow. An earlier attempt that was reported as failed may be on disk.</summary>
    private TaskPhase WriteEnd(TaskSnapshot task)
    {
        Write(() => tasks.EndAsync(seq, task, settled: true), new EndOnDisk(task, IsSettled: true));
        return Ending;
    }

    private TaskPhase End(EndOnDisk end)
    {
        var seconds = Math.Round((end.Task.UpdatedAt - end.Task.CreatedAt).TotalSeconds, 3);
        EngineLog.TaskEnded(logger, taskId, end.Task.State, seconds, end.Task.Progress.Message);
        ServiceMetrics.TaskEnded(
            end.Task.TaskType, EnumNames.Of(end.Task.State), end.Task.Error?.Code, end.Task.UpdatedAt - end.Task.CreatedAt);
        return Close(end.Task, end.IsSettled);
    }

    /// <summary>The task's end is on disk. The running steps of a cancelled task still have to end.</summary>
    private TaskPhase Close(TaskSnapshot task, bool isSettled)
    {
        Show(task);
        if (!isSettled)
        {
            cancelled.Cancel();
        }

        tasks.ReportEnd(task);
        ended.SetResult(task);
        cancels.ForEach(answer => answer.SetResult(task));
        cancels.Clear();
        if (isSettled)
        {
            return Leave(Settled);
        }

        return WindDown();
    }

    /// <summary>Calls only those steps again that say that they have not finished.</summary>
    private TaskPhase WindDown(StepOnDisk? step = null)
    {
        DeliverInOrder(step);
        foreach (var call in execution.TakeCalls().Where(MayBeUnderWay))
        {
            Start(call);
        }

        return CleanUpWhenQuiet();
    }

    private bool MayBeUnderWay(StepCall call) => call.Position < begunBefore || call.IsContinuation;

    private TaskPhase CountDown()
    {
        underWay--;
        return CleanUpWhenQuiet();
    }

    private TaskPhase CleanUpWhenQuiet()
    {
        if (underWay > 0)
        {
            return WindingDown;
        }

        if (cleanUp is null)
        {
            return WriteSettled();
        }

        background.Run(taskId, async () =>
        {
            await Task.Yield();
            if (await InSpanAsync(() => steps.RunAsync(WorkflowSteps.CleanUp, taskId, cleanUp, this)) is not null)
            {
                Post(new CleanedUpAfter());
            }

            // Otherwise the host is stopping, and the next start cleans up.
        });
        return WindingDown;
    }

    /// <summary>Records that the cancelled task is cleaned up, so that a restart does not continue it.</summary>
    private TaskPhase WriteSettled()
    {
        Write(() => tasks.SettleAsync(seq), new SettledOnDisk());
        return WindingDown;
    }

    /// <summary>Gives up its place among the running tasks.</summary>
    private TaskPhase Leave(TaskPhase last)
    {
        EndSpan();
        release(this);
        SignalChange();
        return last;
    }

    private TaskPhase Answer(CancelAsked cancel)
    {
        cancel.Answer.SetFromTask(ended.Task);
        return phase;
    }

    private TaskPhase Refuse(Exception reason)
    {
        cancels.ForEach(answer => answer.SetException(reason));
        cancels.Clear();
        return phase;
    }
}
