using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api.Studio;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenario/save/tasks/{task_id}</c></summary>
internal sealed class FindTask(OwnTask own, TaskResources resources, PublicUrls urls, ILogger<FindTask> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string taskId)
    {
        var task = await own.DemandAsync(caller, taskId, context.RequestAborted);
        using var scope = logger.TaskScope(taskId);
        var resource = await resources.ReadWholeAsync(urls.BaseOf(context.Request), task, context.RequestAborted);
        var body = JsonSerializer.SerializeToUtf8Bytes(resource, ApiJson.Readable.TaskResource);
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        if (!task.State.IsFinal())
        {
            headers.RetryAfter = "1";
        }

        return TypedResults.Bytes(body, "application/json; charset=utf-8", entityTag: ContentTag.Of(body));
    }
}
