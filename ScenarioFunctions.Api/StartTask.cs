using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>POST /scenario/save</c></summary>
internal sealed class StartTask(
    ITaskEngine engine, ServiceSettings settings, PublicUrls urls, TimeProvider time, ILogger<StartTask> logger)
{
    private const string KeyHeader = "Idempotency-Key";

    public async Task<IResult> HandleAsync(HttpContext context, Caller caller)
    {
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var faults = new JsonFaults();
        var key = ReadKey(context.Request, faults);
        var input = SaveRequest.Parse(body, caller, settings, faults);
        if (input is null || faults.Any)
        {
            throw Problems.Invalid(faults);
        }

        caller.DemandActingFor(input.UserId);
        var taskId = key is null
            ? $"{Guid.CreateVersion7(time.GetUtcNow())}"
            : await TaskOfKeyAsync(key, input.UserId, context.RequestAborted);
        using var scope = logger.TaskScope(taskId);
        var asked = time.GetUtcNow();
        var task = await engine.StartAsync(taskId, input, context.RequestAborted);
        if (task.RequestHash != input.RequestHash)
        {
            throw Problems.KeyReused();
        }

        LogStart(task, asked);
        return Accepted(context.Request, taskId, key is null ? TaskState.Pending : task.State);
    }

    private static string? ReadKey(HttpRequest request, JsonFaults faults)
    {
        if (!request.Headers.TryGetValue(KeyHeader, out var keys))
        {
            return null;
        }

        if (keys is not [{ } key] || !Identifiers.IsKey(key))
        {
            faults.Add(KeyHeader, Identifiers.KeyRule);
            return null;
        }

        return key;
    }

    /// <summary>Keys are per user. Those of 0.1.0 were not: a task that one of them has started is the answer to its key still.</summary>
    private async Task<string> TaskOfKeyAsync(string key, string userId, CancellationToken cancellationToken)
    {
        var former = ScenarioIds.TaskForKey(key);
        return (await engine.FindAsync(former, cancellationToken))?.UserId == userId
            ? former
            : ScenarioIds.TaskForKey(userId, key);
    }

    /// <summary>A task that is older than the request was started by one before.</summary>
    private void LogStart(TaskSnapshot task, DateTimeOffset asked)
    {
        if (task.CreatedAt < asked)
        {
            logger.AskedForAgain(task.TaskId, task.State);
        }
        else
        {
            logger.Accepted(task.TaskId, task.SceneCount, task.UserId);
        }
    }

    private ApiResponse Accepted(HttpRequest request, string taskId, TaskState state)
    {
        var url = urls.Task(request, taskId);
        var body = new AcceptedResource(taskId, TaskResources.TaskType, state, MessageOf(state), url);
        var answer = ApiResponse.Json(StatusCodes.Status202Accepted, body, ApiJson.Readable.AcceptedResource)
            .With("Location", url);
        return state.IsFinal() ? answer : answer.With("Retry-After", "1");
    }

    /// <summary>Only a task that was found by its key is further than pending.</summary>
    private static string MessageOf(TaskState state) => state switch
    {
        TaskState.Pending => "The scenario is accepted. Follow it at status_url.",
        TaskState.Running => "The task of this Idempotency-Key is running. Follow it at status_url.",
        TaskState.Completed => "The task of this Idempotency-Key has completed. Its result is at status_url.",
        TaskState.Failed => "The task of this Idempotency-Key has failed; status_url says why. A new key starts a new task.",
        TaskState.Cancelled => "The task of this Idempotency-Key was cancelled. A new key starts a new task.",
        _ => throw new UnreachableException(),
    };
}
