using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// What the embedded engine does before it settles a cancelled task. A terminated orchestration can do nothing any more, and
/// results that its activities still have are dropped: so a second orchestration cleans up after it, again and again.
/// </summary>
/// <remarks>
/// It begins before the task is terminated, so that no crash comes in between, and before an activity answers that it could
/// not record what it ordered. A task that is not cancelled after all is left alone.
/// </remarks>
internal static class CleanUpOrchestration
{
    public const string Name = "CleanUpCancelledTask";

    /// <summary>
    /// Between two passes. Activities that are under way end what they began; the last of these waits is longer than
    /// <c>functionTimeout</c> in host.json lets one run, so that the pass after it may end what is left.
    /// </summary>
    public static readonly TimeSpan[] Waits =
        [TimeSpan.Zero, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(11)];

    /// <summary>When the last pass fails: the storage has been down for half an hour by then.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromMinutes(30);

    /// <summary>About a day. After that the hold has lapsed, too.</summary>
    private const int MaxPasses = 50;

    /// <summary>10 tries of one pass, within about half an hour.</summary>
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(10, TimeSpan.FromSeconds(1), StepRetry.BackoffCoefficient, TimeSpan.FromMinutes(5)));

    /// <param name="task">The instance of a task, with its input.</param>
    public static CleanUpInput InputFor(OrchestrationMetadata task)
    {
        var input = JsonSerializer.Deserialize(task.SerializedInput!, CoreJson.Default.SaveScenarioInput)!;
        return new CleanUpInput(task.InstanceId, input.UserId, input.CreditsPerImage);
    }

    /// <summary>Begins it, unless it has begun already.</summary>
    /// <exception cref="EngineUnavailableException"/>
    public static async Task ScheduleCleanUpAsync(
        this DurableClients clients, CleanUpInput input, CancellationToken cancellationToken)
    {
        var id = input.Order is { } order
            ? $"{input.TaskId}:clean-up:{order.SceneNumber}:{order.Generation}:{order.Wait}"
            : $"{input.TaskId}:clean-up";
        var options = new StartOrchestrationOptions(id).WithDedupeStatuses(RuntimeStates.NeverReplaced);
        try
        {
            await clients.AskAsync(
                (client, token) => client.ScheduleNewOrchestrationInstanceAsync(Name, input, options, token), cancellationToken);
        }
        catch (EngineUnavailableException)
        {
            // Refused since it exists by now, or not reached at all: only reading tells.
            var known = await clients.AskAsync((client, token) => client.GetInstanceAsync(id, getInputsAndOutputs: false, token), cancellationToken);
            if (known is null)
            {
                throw;
            }
        }
    }

    /// <returns>Whether it is done.</returns>
    public static async Task<bool> RunAsync(TaskOrchestrationContext context, CleanUpInput input)
    {
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var wait = pass < Waits.Length ? Waits[pass] : LongWait;
            if (wait > TimeSpan.Zero)
            {
                await context.CreateTimer(wait, CancellationToken.None);
            }

            var isLast = pass >= Waits.Length - 1;
            var isDone = await TryAsync(context, input with { EndsScenes = isLast });
            if (isDone && isLast)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> TryAsync(TaskOrchestrationContext context, CleanUpInput input)
    {
        try
        {
            await context.CallActivityAsync<StepResult<CleanedUp>>(WorkflowSteps.CleanUp.Name, input, Retries);
            return true;
        }
        catch (TaskFailedException)
        {
            return false;
        }
    }
}
