using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Api;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The routes for tasks. The API checks the key itself, so both hosts are called in the same way.</summary>
public sealed class TaskFunctions(ScenarioApi api, DurableClients clients)
{
    private const string Tasks = "scenario/save/tasks";

    [Function("StartSaveScenario")]
    public Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "scenario/save")] HttpRequest request,
        [DurableClient] DurableTaskClient client) =>
        On(client).StartAsync(request.HttpContext);

    [Function("GetSaveScenarioTask")]
    public Task<IResult> FindAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Tasks + "/{taskId}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string taskId) =>
        On(client).FindAsync(request.HttpContext, taskId);

    [Function("FollowSaveScenarioTask")]
    public Task<IResult> FollowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Tasks + "/{taskId}/events")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string taskId) =>
        On(client).FollowAsync(request.HttpContext, taskId);

    [Function("ListSaveScenarioTasks")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Tasks)] HttpRequest request,
        [DurableClient] DurableTaskClient client) =>
        On(client).ListAsync(request.HttpContext);

    [Function("CancelSaveScenarioTask")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Tasks + "/{taskId}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string taskId) =>
        On(client).CancelAsync(request.HttpContext, taskId);

    [Function("ResumeSaveScenarioTask")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Tasks + "/{taskId}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string taskId) =>
        On(client).ResumeAsync(request.HttpContext, taskId);

    [Function("SendSaveScenarioWebhook")]
    public Task<IResult> SendWebhookAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Tasks + "/{taskId}/webhook")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string taskId) =>
        On(client).SendWebhookAsync(request.HttpContext, taskId);

    private ScenarioApi On(DurableTaskClient client)
    {
        clients.Current = client;
        return api;
    }
}
