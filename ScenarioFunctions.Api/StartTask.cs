using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary><c>POST /scenario/save</c></summary>
internal sealed class StartTask(
    ITaskEngine engine, IScenarioStore store, DryRun dryRun, UserLimits limits, TaskResources resources, ServiceSettings settings, PublicUrls urls,
    FollowTokens followTokens, TimeProvider time, ILogger<StartTask> logger)
{
    /// <summary>A post does not need the database, and does not wait for it for long.</summary>
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(2);

    public async Task<IResult> HandleAsync(HttpContext context, Caller caller)
    {
        if (caller.UserId is { } userId)
        {
            limits.TakePost(caller, userId); // before the body costs anything
        }

        var isDryRun = DryRun.IsAskedFor(context.Request);
        var faults = new JsonFaults();
        var body = await JsonBody.ReadAsync(context.Request, faults, context.RequestAborted);
        var key = IdempotencyKey.Read(context.Request, faults);
        var input = SaveRequest.Parse(body, caller, settings, faults);
        if (input is null || faults.Any)
        {
            throw Problems.Invalid(faults);
        }

        caller.DemandActingFor(input.UserId);
        if (caller.IsService)
        {
            limits.TakePost(caller, input.UserId);
        }

        if (isDryRun)
        {
            return await dryRun.PlanAsync(input, faults.Adjustments, context.RequestAborted);
        }

        var taskId = await NewIdAsync(key, input.UserId, context.RequestAborted);
        return await StartAsync(context, caller, key, taskId, input, faults.Adjustments);
    }

    /// <summary>Starts a task, or finds the one that its key has started, and answers it.</summary>
    /// <exception cref="ProblemException">The key belongs to a request with another body, or the user has too many tasks.</exception>
    public async Task<IResult> StartAsync(
        HttpContext context, Caller caller, string? key, string taskId, SaveScenarioInput input, IReadOnlyList<string> adjustments)
    {
        using var scope = logger.TaskScope(taskId);
        input = input with { Callback = input.Callback is { } callback ? callback with { BaseUrl = urls.BaseOf(context.Request) } : null };
        var asked = time.GetUtcNow();
        var task = await limits.StartAsync(
            caller, input.UserId, taskId,
            () => engine.StartAsync(taskId, input, context.RequestAborted), context.RequestAborted);
        if (task.RequestHash != input.RequestHash)
        {
            throw Problems.KeyReused();
        }

        LogStart(task, asked);
        task = key is null ? task with { State = TaskState.Pending } : task;
        var resource = await resources.ReadWholeAsync(urls.BaseOf(context.Request), task, context.RequestAborted);
        return Accepted(resource, urls.Task(context.Request, taskId), adjustments);
    }

    /// <summary>The id of a task to start: a new one, or the one that the key always leads to.</summary>
    public async Task<string> NewIdAsync(string? key, string userId, CancellationToken cancellationToken) => key is null
        ? ScenarioIds.NewTask(userId, time.GetUtcNow())
        : await TaskOfKeyAsync(key, userId, cancellationToken);

    /// <summary>Keys are per user. In 0.1.0 they were not: a task that was started with such a key is still found by it.</summary>
    private async Task<string> TaskOfKeyAsync(string key, string userId, CancellationToken cancellationToken)
    {
        var former = ScenarioIds.TaskForKey(key);
        if ((await engine.FindAsync(former, cancellationToken))?.UserId == userId)
        {
            return former;
        }

        var taskId = ScenarioIds.TaskForKey(userId, key);
        for (var used = 1; await IsForgottenAsync(taskId, cancellationToken); used++)
        {
            taskId = ScenarioIds.TaskForKey(userId, $"{key} {used}"); // no key contains a space
        }

        return taskId;
    }

    /// <summary>
    /// Whether the task was removed after RETENTION_DAYS. A task with the same id would overwrite its scenario, or show the images that
    /// it made again. Those of a scenario that was deleted would be ordered again, and not charged.
    /// </summary>
    private async Task<bool> IsForgottenAsync(string taskId, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(taskId, cancellationToken) is not null)
        {
            return false;
        }

        try
        {
            if (!await store.IsUsedAsync(ScenarioIds.Scenario(taskId), cancellationToken).WaitAsync(StorePatience, time, cancellationToken))
            {
                return false;
            }

            // Another request with this key may have started the task, and the task saved its scenario, since the first look.
            return await engine.FindAsync(taskId, cancellationToken) is null;
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A task that is older than this request was started by an earlier one.</summary>
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

    private ApiResponse Accepted(TaskResource task, string url, IReadOnlyList<string> adjustments)
    {
        var body = new AcceptedResource(task)
        {
            Message = MessageOf(task),
            StatusUrl = url,
            FollowUrl = $"{url}/events?{FollowTokens.Parameter}={followTokens.Create(task.TaskId)}",
            Adjustments = adjustments,
        };
        var answer = ApiResponse.Json(StatusCodes.Status202Accepted, body, ApiJson.Readable.AcceptedResource)
            .With("Location", url);
        return task.Status.IsFinal() ? answer : answer.With("Retry-After", "1");
    }

    /// <summary>A new task is pending; a task in any other state was found by its key.</summary>
    private static string MessageOf(TaskResource task) => task.Status switch
    {
        TaskState.Pending when task.TaskType == TaskTypes.GenerateImages => "The images are accepted. Follow them at status_url.",
        TaskState.Pending => "The scenario is accepted. Follow it at status_url.",
        TaskState.Running => "The task with this Idempotency-Key is running. Follow it at status_url.",
        TaskState.Completed => "The task with this Idempotency-Key has completed. Its result is at status_url.",
        TaskState.Failed => "The task with this Idempotency-Key has failed; status_url shows why. Send a new key to start a new task.",
        TaskState.Cancelled => "The task with this Idempotency-Key was cancelled. Send a new key to start a new task.",
        _ => throw new UnreachableException(),
    };
}
