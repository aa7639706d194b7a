using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenario/save/tasks/{task_id}</c></summary>
internal sealed class FindTask(ITaskEngine engine, TaskResources resources, ILogger<FindTask> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, string taskId)
    {
        if (!Identifiers.IsId(taskId))
        {
            throw Problems.NotFound();
        }

        using var scope = logger.TaskScope(taskId);
        var task = await engine.FindAsync(taskId, context.RequestAborted) ?? throw Problems.NotFound();
        var resource = await resources.ReadAsync(context.Request, task, context.RequestAborted);
        var body = JsonSerializer.SerializeToUtf8Bytes(resource, ApiJson.Readable.TaskResource);
        var answer = Conditional(context.Request, body).With("Cache-Control", "no-cache");
        return task.State.IsFinal() ? answer : answer.With("Retry-After", "1");
    }

    private static ApiResponse Conditional(HttpRequest request, byte[] body)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        var known = request.GetTypedHeaders().IfNoneMatch
            .Any(given => given.Equals(EntityTagHeaderValue.Any) || given.Compare(tag, useStrongComparison: false));
        var answer = known
            ? new ApiResponse(StatusCodes.Status304NotModified, null, default)
            : new ApiResponse(StatusCodes.Status200OK, "application/json; charset=utf-8", body);
        return answer.With("ETag", tag.ToString());
    }
}
