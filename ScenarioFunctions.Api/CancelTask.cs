using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>DELETE /scenario/save/tasks/{task_id}</c></summary>
internal sealed class CancelTask(ITaskEngine engine, OwnTask own, CancelledTasks cancelled, ILogger<CancelTask> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string taskId)
    {
        await own.DemandAsync(caller, taskId, context.RequestAborted);
        using var scope = logger.TaskScope(taskId);
        var task = await engine.CancelAsync(taskId, context.RequestAborted) ?? throw Problems.NotFound();
        if (task.State is TaskState.Completed or TaskState.Failed)
        {
            throw Problems.AlreadyEnded(task.State);
        }

        logger.Cancelled(taskId);
        await CleanUpAsync(taskId);
        var message = "The task is cancelled. Images that were already made and charged are kept.";
        return ApiResponse.Json(
            StatusCodes.Status202Accepted,
            new CancelledResource(taskId, TaskState.Cancelled, message),
            ApiJson.Readable.CancelledResource);
    }

    /// <summary>Goes on when the client leaves: the task is cancelled by now, and its rows should show it.</summary>
    private async Task CleanUpAsync(string taskId)
    {
        try
        {
            await cancelled.CleanUpAsync(taskId, CancellationToken.None);
        }
        catch (StorageException e)
        {
            logger.NotCleanedUp(e, taskId);
        }
    }
}
