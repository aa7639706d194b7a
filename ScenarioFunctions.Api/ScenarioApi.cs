using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Api;

/// <summary>
/// The whole HTTP API, one method per route. A host only maps its routes to these methods: each checks the
/// API key and answers every fault itself, as there is no middleware of ours on Azure.
/// </summary>
public sealed class ScenarioApi
{
    private readonly RequestGuard guard;
    private readonly StartTask startTask;
    private readonly FindTask findTask;
    private readonly ListTasks listTasks;
    private readonly CancelTask cancelTask;
    private readonly Credits credits;
    private readonly Health health;
    private readonly OpenApiDocument openApi;

    internal ScenarioApi(
        RequestGuard guard,
        StartTask startTask,
        FindTask findTask,
        ListTasks listTasks,
        CancelTask cancelTask,
        Credits credits,
        Health health,
        OpenApiDocument openApi)
    {
        this.guard = guard;
        this.startTask = startTask;
        this.findTask = findTask;
        this.listTasks = listTasks;
        this.cancelTask = cancelTask;
        this.credits = credits;
        this.health = health;
        this.openApi = openApi;
    }

    /// <summary><c>POST /scenario/save</c></summary>
    public Task<IResult> StartAsync(HttpContext context) =>
        guard.WithKeyAsync(context, () => startTask.HandleAsync(context));

    /// <summary><c>GET /scenario/save/tasks/{task_id}</c></summary>
    public Task<IResult> FindAsync(HttpContext context, string taskId) =>
        guard.WithKeyAsync(context, () => findTask.HandleAsync(context, taskId));

    /// <summary><c>GET /scenario/save/tasks</c></summary>
    public Task<IResult> ListAsync(HttpContext context) =>
        guard.WithKeyAsync(context, () => listTasks.HandleAsync(context));

    /// <summary><c>DELETE /scenario/save/tasks/{task_id}</c></summary>
    public Task<IResult> CancelAsync(HttpContext context, string taskId) =>
        guard.WithKeyAsync(context, () => cancelTask.HandleAsync(context, taskId));

    /// <summary><c>GET /credits/{user_id}</c></summary>
    public Task<IResult> GetCreditsAsync(HttpContext context, string userId) =>
        guard.WithKeyAsync(context, () => credits.GetAsync(context, userId));

    /// <summary><c>POST /credits/{user_id}</c>: 405 where no <see cref="Core.Storage.ICreditGrants"/> is registered.</summary>
    public Task<IResult> GrantCreditsAsync(HttpContext context, string userId) =>
        guard.WithKeyAsync(context, () => credits.GrantAsync(context, userId));

    /// <summary><c>GET /health</c>, open to anyone.</summary>
    public Task<IResult> HealthAsync(HttpContext context) =>
        guard.OpenAsync(context, () => health.HandleAsync(context));

    /// <summary><c>GET /openapi.json</c>, open to anyone.</summary>
    public Task<IResult> OpenApi(HttpContext context) =>
        guard.OpenAsync(context, () => Task.FromResult(openApi.Handle()));
}
