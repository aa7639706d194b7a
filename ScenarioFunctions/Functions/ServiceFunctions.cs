using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Api;
using ScenarioFunctions.Api.Studio;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The routes that are not about tasks.</summary>
public sealed class ServiceFunctions(ScenarioApi api, StudioFiles studio, DurableClients clients)
{
    [Function("GetCredits")]
    public Task<IResult> GetCreditsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "credits/{userId}")] HttpRequest request,
        string userId) =>
        api.GetCreditsAsync(request.HttpContext, userId);

    [Function("Health")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client)
    {
        clients.Current = client;
        return api.HealthAsync(request.HttpContext);
    }

    [Function("OpenApi")]
    public Task<IResult> OpenApiAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        api.OpenApi(request.HttpContext);

    [Function("Studio")]
    public IResult Studio(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "studio/{*path}")] HttpRequest request,
        string? path) =>
        studio.Serve(request.HttpContext, path);
}
