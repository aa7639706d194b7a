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
    private readonly HostCheck host;
    private readonly Cors cors;
    private readonly CallerCheck callers;
    private readonly StartTask startTask;
    private readonly FindTask findTask;
    private readonly FollowTask followTask;
    private readonly FollowTokens followTokens;
    private readonly ListTasks listTasks;
    private readonly CancelTask cancelTask;
    private readonly ResumeTask resumeTask;
    private readonly SendWebhook sendWebhook;
    private readonly FindScenario findScenario;
    private readonly StartImages startImages;
    private readonly ShowImage showImage;
    private readonly RemoveScenario removeScenario;
    private readonly Credits credits;
    private readonly Health health;
    private readonly ILogger logger;

    internal ScenarioApi(
        HostCheck host,
        Cors cors,
        CallerCheck callers,
        StartTask startTask,
        FindTask findTask,
        FollowTask followTask,
        FollowTokens followTokens,
        ListTasks listTasks,
        CancelTask cancelTask,
        ResumeTask resumeTask,
        SendWebhook sendWebhook,
        FindScenario findScenario,
        StartImages startImages,
        ShowImage showImage,
        RemoveScenario removeScenario,
        Credits credits,
        Health health,
        ILogger<ScenarioApi> logger)
    {
        this.host = host;
        this.cors = cors;
        this.callers = callers;
        this.startTask = startTask;
        this.findTask = findTask;
        this.followTask = followTask;
        this.followTokens = followTokens;
        this.listTasks = listTasks;
        this.cancelTask = cancelTask;
        this.resumeTask = resumeTask;
        this.sendWebhook = sendWebhook;
        this.findScenario = findScenario;
        this.startImages = startImages;
        this.showImage = showImage;
        this.removeScenario = removeScenario;
        this.credits = credits;
        this.health = health;
        this.logger = logger;
    }

    /// <summary><c>POST /scenario/save</c></summary>
    public Task<IResult> StartAsync(HttpContext context) =>
        KnownAsync(context, caller => startTask.HandleAsync(context, caller));

    /// <summary><c>GET /scenario/save/tasks/{task_id}</c></summary>
    public Task<IResult> FindAsync(HttpContext context, string taskId) =>
        FollowingAsync(context, taskId, caller => findTask.HandleAsync(context, caller, taskId));

    /// <summary><c>GET /scenario/save/tasks/{task_id}/events</c></summary>
    public Task<IResult> FollowAsync(HttpContext context, string taskId) =>
        FollowingAsync(context, taskId, caller => followTask.HandleAsync(context, caller, taskId));

    /// <summary><c>GET /scenario/save/tasks</c></summary>
    public Task<IResult> ListAsync(HttpContext context) =>
        KnownAsync(context, caller => listTasks.HandleAsync(context, caller));

    /// <summary><c>DELETE /scenario/save/tasks/{task_id}</c></summary>
    public Task<IResult> CancelAsync(HttpContext context, string taskId) =>
        KnownAsync(context, caller => cancelTask.HandleAsync(context, caller, taskId));

    /// <summary><c>POST /scenario/save/tasks/{task_id}/resume</c></summary>
    public Task<IResult> ResumeAsync(HttpContext context, string taskId) =>
        KnownAsync(context, caller => resumeTask.HandleAsync(context, caller, taskId));

    /// <summary><c>POST /scenario/save/tasks/{task_id}/webhook</c></summary>
    public Task<IResult> SendWebhookAsync(HttpContext context, string taskId) =>
        KnownAsync(context, caller => sendWebhook.HandleAsync(context, caller, taskId));

    /// <summary><c>GET /scenarios/{scenario_id}</c></summary>
    public Task<IResult> FindScenarioAsync(HttpContext context, string scenarioId) =>
        KnownAsync(context, caller => findScenario.HandleAsync(context, caller, scenarioId));

    /// <summary><c>GET /scenarios</c></summary>
    public Task<IResult> ListScenariosAsync(HttpContext context) =>
        KnownAsync(context, caller => findScenario.ListAsync(context, caller));

    /// <summary><c>POST /scenarios/{scenario_id}/images</c></summary>
    public Task<IResult> StartImagesAsync(HttpContext context, string scenarioId) =>
        KnownAsync(context, caller => startImages.HandleAsync(context, caller, scenarioId));

    /// <summary><c>PUT /scenarios/{scenario_id}/scenes/{n}/image</c></summary>
    public Task<IResult> ShowImageAsync(HttpContext context, string scenarioId, string sceneNumber) =>
        KnownAsync(context, caller => showImage.HandleAsync(context, caller, scenarioId, sceneNumber));

    /// <summary><c>DELETE /scenarios/{scenario_id}</c></summary>
    public Task<IResult> RemoveScenarioAsync(HttpContext context, string scenarioId) =>
        KnownAsync(context, caller => removeScenario.HandleAsync(context, caller, scenarioId));

    /// <summary><c>GET /credits/{user_id}</c></summary>
    public Task<IResult> GetCreditsAsync(HttpContext context, string userId) =>
        KnownAsync(context, caller => credits.GetAsync(context, caller, userId));

    /// <summary><c>POST /credits/{user_id}</c>: 405 where no <see cref="Core.Storage.ICreditGrants"/> is registered.</summary>
    public Task<IResult> GrantCreditsAsync(HttpContext context, string userId) =>
        KnownAsync(context, caller => credits.GrantAsync(context, caller, userId));

    /// <summary><c>GET /health</c>, open to anyone.</summary>
    public Task<IResult> HealthAsync(HttpContext context) =>
        OpenAsync(context, () => health.HandleAsync(context));

    /// <summary><c>GET /openapi.json</c>, open to anyone: the file <c>openapi.json</c> in this folder.</summary>
    public Task<IResult> OpenApi(HttpContext context) =>
        OpenAsync(context, () => Task.FromResult<IResult>(ApiResponse.OfDocument()));

    private Task<IResult> KnownAsync(HttpContext context, Func<Caller, Task<IResult>> handler) =>
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
