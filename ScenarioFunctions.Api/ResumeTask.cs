using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>POST /scenario/save/tasks/{task_id}/resume</c></summary>
internal sealed class ResumeTask(
    ITaskEngine engine, IScenarioStore store, OwnTask own, TaskResources resources, PublicUrls urls, ILogger<ResumeTask> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string taskId)
    {
        var known = await own.DemandAsync(caller, taskId, context.RequestAborted);
        using var scope = logger.TaskScope(taskId);
        if (known is { State: TaskState.Failed, Progress.ScenarioId: { } scenarioId }
            && await store.ReadScenarioAsync(scenarioId, context.RequestAborted) is null)
        {
            throw Problems.ScenarioDeleted(
                "The task cannot be continued: it would make images of a scenario that is gone. Post the scenario again, with a new Idempotency-Key.");
        }

        var task = await engine.ResumeAsync(taskId, context.RequestAborted) ?? throw Problems.NotFound();
        if (task.State.IsFinal())
        {
            throw Problems.NotResumable(task.State);
        }

        var resource = await resources.ReadWholeAsync(urls.BaseOf(context.Request), task, context.RequestAborted);
        return ApiResponse.Json(StatusCodes.Status202Accepted, resource, ApiJson.Readable.TaskResource)
            .With("Location", urls.Task(context.Request, taskId))
            .With("Retry-After", "1");
    }
}
