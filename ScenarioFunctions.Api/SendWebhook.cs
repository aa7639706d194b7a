using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Api;

/// <summary><c>POST /scenario/save/tasks/{task_id}/webhook</c></summary>
internal sealed class SendWebhook(
    IWebhooks webhooks, OwnTask own, UserLimits limits, TaskResources resources, PublicUrls urls, ServiceSettings settings,
    ILogger<SendWebhook> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string taskId)
    {
        var task = await own.DemandAsync(caller, taskId, context.RequestAborted);
        using var scope = logger.TaskScope(taskId);
        if (task.Callback is null)
        {
            throw Problems.NoWebhook("The task was posted without a callback_url.");
        }

        if (!task.State.IsFinal())
        {
            throw Problems.NoWebhook("The task has not ended. Its webhook is sent when it ends.");
        }

        if (settings.WebhookSecret is null)
        {
            throw Problems.NoWebhook($"{CallbackField.NoSecret}.");
        }

        limits.TakePost(caller, task.UserId);
        await webhooks.SendAgainAsync(task, context.RequestAborted);
        var resource = await resources.ReadWholeAsync(urls.BaseOf(context.Request), task, context.RequestAborted);
        return ApiResponse.Json(StatusCodes.Status202Accepted, resource, ApiJson.Readable.TaskResource)
            .With("Location", urls.Task(context.Request, taskId));
    }
}
