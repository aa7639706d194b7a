using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>
/// The whole HTTP API, one method per route. A host only maps its routes to these methods. Each method checks the host name
/// and the caller, and turns every error into an answer, as the Azure host has no middleware of ours.
/// </summary>
public sealed class ScenarioApi
{
    private readonly ApiHandlers handlers;
    private readonly HostCheck host;
    private readonly Cors cors;
    private readonly CallerCheck callers;
    private readonly FollowTokens followTokens;
    private readonly ILogger logger;

    internal ScenarioApi(
        ApiHandlers handlers, HostCheck host, Cors cors, CallerCheck callers, FollowTokens followTokens, ILogger<ScenarioApi> logger) =>
        (this.handlers, this.host, this.cors, this.callers, this.followTokens, this.logger) =
        (handlers, host, cors, callers, followTokens, logger);

    /// <summary><c>POST /scenario/save</c></summary>
    public Task<IResult> StartAsync(HttpContext context) =>
        AuthenticatedAsync(context, caller => handlers.StartTask.HandleAsync(context, caller));

    /// <summary><c>GET /scenario/save/tasks/{task_id}</c></summary>
    public Task<IResult> FindAsync(HttpContext context, string taskId) =>
        FollowingAsync(context, taskId, caller => handlers.FindTask.HandleAsync(context, caller, taskId));

    /// <summary><c>GET /scenario/save/tasks/{task_id}/events</c></summary>
    public Task<IResult> FollowAsync(HttpContext context, string taskId) =>
        FollowingAsync(context, taskId, caller => handlers.FollowTask.HandleAsync(context, caller, taskId));

    /// <summary><c>GET /scenario/save/tasks</c></summary>
    public Task<IResult> ListAsync(HttpContext context) =>
        AuthenticatedAsync(context, caller => handlers.ListTasks.HandleAsync(context, caller));

    /// <summary><c>DELETE /scenario/save/tasks/{task_id}</c></summary>
    public Task<IResult> CancelAsync(HttpContext context, string taskId) =>
        AuthenticatedAsync(context, caller => handlers.CancelTask.HandleAsync(context, caller, taskId));

    /// <summary><c>POST /scenario/save/tasks/{task_id}/resume</c></summary>
    public Task<IResult> ResumeAsync(HttpContext context, string taskId) =>
        AuthenticatedAsync(context, caller => handlers.ResumeTask.HandleAsync(context, caller, taskId));

    /// <summary><c>POST /scenario/save/tasks/{task_id}/webhook</c></summary>
    public Task<IResult> SendWebhookAsync(HttpContext context, string taskId) =>
        AuthenticatedAsync(context, caller => handlers.SendWebhook.HandleAsync(context, caller, taskId));

    /// <summary><c>GET /scenarios/{scenario_id}</c></summary>
    public Task<IResult> FindScenarioAsync(HttpContext context, string scenarioId) =>
        AuthenticatedAsync(context, caller => handlers.FindScenario.HandleAsync(context, caller, scenarioId));

    /// <summary><c>GET /scenarios</c></summary>
    public Task<IResult> ListScenariosAsync(HttpContext context) =>
        AuthenticatedAsync(context, caller => handlers.FindScenario.ListAsync(context, caller));

    /// <summary><c>POST /scenarios/{scenario_id}/images</c></summary>
    public Task<IResult> StartImagesAsync(HttpContext context, string scenarioId) =>
        AuthenticatedAsync(context, caller => handlers.StartImages.HandleAsync(context, caller, scenarioId));

    /// <summary><c>PUT /scenarios/{scenario_id}/scenes/{n}/image</c></summary>
    public Task<IResult> ShowImageAsync(HttpContext context, string scenarioId, string sceneNumber) =>
        AuthenticatedAsync(context, caller => handlers.ShowImage.HandleAsync(context, caller, scenarioId, sceneNumber));

    /// <summary><c>DELETE /scenarios/{scenario_id}</c></summary>
    public Task<IResult> RemoveScenarioAsync(HttpContext context, string scenarioId) =>
        AuthenticatedAsync(context, caller => handlers.RemoveScenario.HandleAsync(context, caller, scenarioId));

    /// <summary><c>GET /credits/{user_id}</c></summary>
    public Task<IResult> GetCreditsAsync(HttpContext context, string userId) =>
        AuthenticatedAsync(context, caller => handlers.Credits.GetAsync(context, caller, userId));

    /// <summary><c>POST /credits/{user_id}</c>: 405 where no <see cref="Core.Storage.ICreditGrants"/> is registered.</summary>
    public Task<IResult> GrantCreditsAsync(HttpContext context, string userId) =>
        AuthenticatedAsync(context, caller => handlers.Credits.GrantAsync(context, caller, userId));

    /// <summary><c>GET /health</c>, open to anyone.</summary>
    public Task<IResult> HealthAsync(HttpContext context) =>
        OpenAsync(context, () => handlers.Health.HandleAsync(context));

    /// <summary><c>GET /openapi.json</c>, open to anyone: the file <c>openapi.json</c> in this folder.</summary>
    public Task<IResult> OpenApi(HttpContext context) =>
        OpenAsync(context, () => Task.FromResult<IResult>(ApiResponse.OfDocument()));

    private Task<IResult> AuthenticatedAsync(HttpContext context, Func<Caller, Task<IResult>> handler) =>
        OpenAsync(context, async () => await handler(await callers.DemandAsync(context)));

    /// <summary>For routes that also accept the token of a task's <c>follow_url</c>.</summary>
    private Task<IResult> FollowingAsync(HttpContext context, string taskId, Func<Caller, Task<IResult>> handler) =>
        OpenAsync(context, async () => await handler(
            await followTokens.OpenAsync(context.Request, taskId) ? Caller.Service : await callers.DemandAsync(context)));

    /// <param name="context">The request and the answer.</param>
    /// <param name="handler">Makes the answer.</param>
    /// <param name="methods">Those of the path, where the request is about them.</param>
    internal async Task<IResult> OpenAsync(HttpContext context, Func<Task<IResult>> handler, params string[] methods)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        cors.Apply(context, methods);
        try
        {
            host.Demand(context.Request);
            return await handler();
        }
        catch (Exception e) when (HasLeft(context, e))
        {
            return Results.Empty;
        }
        catch (Exception e)
        {
            return ApiResponse.OfProblem(ProblemOf(context, e), context.Request);
        }
    }

    /// <summary>The client has gone: there is nobody to answer, and no error to log.</summary>
    private static bool HasLeft(HttpContext context, Exception e) =>
        context.RequestAborted.IsCancellationRequested && e is OperationCanceledException;

    private ProblemException ProblemOf(HttpContext context, Exception e)
    {
        switch (e)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException unreadable:
                return Problems.BadRequest(unreadable);
            case EngineUnavailableException or StorageException { IsTransient: true }:
                logger.Unavailable(e, context.Request.Path);
                return Problems.Unavailable();
            default:
                var traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
                logger.Unexpected(e, context.Request.Path, traceId);
                return Problems.Internal(traceId);
        }
    }
}

/// <summary>What answers the routes of <see cref="ScenarioApi"/>.</summary>
internal sealed record ApiHandlers(
    StartTask StartTask,
    FindTask FindTask,
    FollowTask FollowTask,
    ListTasks ListTasks,
    CancelTask CancelTask,
    ResumeTask ResumeTask,
    SendWebhook SendWebhook,
    FindScenario FindScenario,
    StartImages StartImages,
    ShowImage ShowImage,
    RemoveScenario RemoveScenario,
    Credits Credits,
    Health Health);
