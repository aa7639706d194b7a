using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>DELETE /scenario/save/tasks/{task_id}</c></summary>
internal sealed class CancelTask(ITaskEngine engine, CancelledTasks cancelled, ILogger<CancelTask> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string taskId)
    {
        if (!Identifiers.IsId(taskId))
        {
            throw Problems.NotFound();
        }

        using var scope = logger.TaskScope(taskId);
        await DemandOwnAsync(caller, taskId, context.RequestAborted);
        var task = await engine.CancelAsync(taskId, context.RequestAborted) ?? throw Problems.NotFound();
        if (task.State is TaskState.Completed or TaskState.Failed)
        {
            throw Problems.AlreadyEnded(task.State);
        }

        logger.Cancelled(taskId);
        await CleanUpAsync(taskId);
        var message = "The task is cancelled. Images that were already made and charged stay.";
        return ApiResponse.Json(
            StatusCodes.Status202Accepted,
            new CancelledResource(taskId, TaskState.Cancelled, message),
            ApiJson.Readable.CancelledResource);
    }

    private async Task DemandOwnAsync(Caller caller, string taskId, CancellationToken cancellationToken)
    {
        if (!caller.IsService
            && (await engine.FindAsync(taskId, cancellationToken) is not { } task || !caller.MayActFor(task.UserId)))
        {
            throw Problems.NotFound();
        }
    }

    /// <summary>Not stopped when the client leaves: the task is cancelled by now, and its rows should say so.</summary>
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
