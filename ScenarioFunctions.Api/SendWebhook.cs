using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;

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

/// <summary>The field <c>callback_url</c> of a post.</summary>
internal static class CallbackField
{
    public const string Name = "callback_url";

    public const string NoSecret = "This service sends no webhooks: its setting WEBHOOK_SECRET is not set";

    /// <returns>The callback, still without its base URL; null when there is none or, with a fault, when it cannot be used.</returns>
    public static TaskCallback? Read(JsonFields fields, ServiceSettings settings, JsonFaults faults)
    {
        if (fields.Text(Name) is not { Length: > 0 } text)
        {
            return null;
        }

        var path = JsonPath.Root.Property(Name);
        if (settings.WebhookSecret is null)
        {
            faults.Add(path, $"cannot be used. {NoSecret}");
        }

        if (CallbackAddress.FaultOf(text, settings.AllowPrivateCallbacks) is { } fault)
        {
            faults.Add(path, fault);
        }

        return new TaskCallback(text, "");
    }
}
