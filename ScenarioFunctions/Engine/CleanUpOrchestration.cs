using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// Cleans up after a cancelled task, as the embedded engine does before it settles one. A terminated orchestration can do
/// nothing any more, and the results of its running activities are dropped, so a second orchestration cleans up, in several
/// passes.
/// </summary>
/// <remarks>
/// It is scheduled before the task is terminated, so that a crash in between does no harm; and before an activity answers that
/// it could not record an order. It does nothing to a task that is not cancelled.
/// </remarks>
internal static class CleanUpOrchestration
{
    public const string Name = "CleanUpCancelledTask";

    /// <summary>
    /// The waits between passes. Running activities end what they started. The last of these waits is longer than
    /// <c>functionTimeout</c> in host.json lets an activity run, so the pass after it can end whatever is left.
    /// </summary>
    public static readonly TimeSpan[] Waits =
        [TimeSpan.Zero, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(11)];

    /// <summary>The wait after the last pass has failed: the storage has then been down for half an hour.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromMinutes(30);

    /// <summary>About a day. By then the hold has expired too.</summary>
    private const int MaxPasses = 50;

    /// <summary>10 attempts of one pass, within about half an hour.</summary>
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(10, TimeSpan.FromSeconds(1), StepRetry.BackoffCoefficient, TimeSpan.FromMinutes(5)));

    /// <param name="task">A task's instance, fetched with its input.</param>
    public static CleanUpInput InputFor(OrchestrationMetadata task)
    {
        var input = JsonSerializer.Deserialize(task.SerializedInput!, CoreJson.Default.SaveScenarioInput)!;
        return new CleanUpInput(task.InstanceId, input.UserId, input.CreditsPerImage);
    }

    /// <summary>
    /// Schedules the clean-up, unless one is under way. One that has ended starts over: the cancel that it was for may have failed, so that
    /// it found a task that was not cancelled. To clean up twice does no harm.
    /// </summary>
    /// <exception cref="EngineUnavailableException"/>
    public static Task ScheduleCleanUpAsync(
        this DurableClients clients, CleanUpInput input, CancellationToken cancellationToken)
    {
        var id = input.Order is { } order
            ? $"{input.TaskId}:clean-up:{order.SceneNumber}:{order.Generation}:{order.Wait}"
            : $"{input.TaskId}:clean-up";
        return clients.ScheduleAsync(Name, id, input, RuntimeStates.ReplacedOnceEnded, cancellationToken);
    }

    /// <returns>Whether the clean-up is done.</returns>
    public static async Task<bool> RunAsync(TaskOrchestrationContext context, CleanUpInput input)
    {
        var wasCancelled = false;
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var wait = pass < Waits.Length ? Waits[pass] : LongWait;
            if (wait > TimeSpan.Zero)
            {
                await context.CreateTimer(wait, CancellationToken.None);
            }

            var isLast = pass >= Waits.Length - 1;
            var isCancelled = await TryAsync(context, input with { EndsScenes = isLast });
            if (isLast && (isCancelled == false || (isCancelled == true && wasCancelled)))
            {
                return true;
            }

            // The cancel may have come long after this began. Then activities may still have run at the last pass, and there is another.
            wasCancelled |= isCancelled == true;
        }

        return false;
    }

    /// <returns>Whether the task is cancelled; null when the pass has failed.</returns>
    private static async Task<bool?> TryAsync(TaskOrchestrationContext context, CleanUpInput input)
    {
        try
        {
            var result = await context.CallActivityAsync<StepResult<CleanedUp>>(WorkflowSteps.CleanUp.Name, input, Retries);
            return result.Value?.IsCancelled == true;
        }
        catch (TaskFailedException)
        {
            return null;
        }
    }
}
