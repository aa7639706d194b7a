using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Api;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The routes of stored scenarios.</summary>
public sealed class StoredScenarioFunctions(ScenarioApi api, DurableClients clients)
{
    private const string Scenarios = "scenarios";

    [Function("GetScenario")]
    public Task<IResult> FindAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Scenarios + "/{scenarioId}")] HttpRequest request,
        string scenarioId) =>
        api.FindScenarioAsync(request.HttpContext, scenarioId);

    [Function("ListScenarios")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Scenarios)] HttpRequest request) =>
        api.ListScenariosAsync(request.HttpContext);

    [Function("StartGenerateImages")]
    public Task<IResult> StartImagesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Scenarios + "/{scenarioId}/images")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string scenarioId)
    {
        clients.Current = client;
        return api.StartImagesAsync(request.HttpContext, scenarioId);
    }

    [Function("ShowImage")]
    public Task<IResult> ShowImageAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Scenarios + "/{scenarioId}/scenes/{sceneNumber}/image")]
        HttpRequest request,
        string scenarioId,
        string sceneNumber) =>
        api.ShowImageAsync(request.HttpContext, scenarioId, sceneNumber);

    [Function("DeleteScenario")]
    public Task<IResult> RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Scenarios + "/{scenarioId}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string scenarioId)
    {
        clients.Current = client;
        return api.RemoveScenarioAsync(request.HttpContext, scenarioId);
    }
}
