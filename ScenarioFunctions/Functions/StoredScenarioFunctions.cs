using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Functions;

/// <summary>The routes of stored scenarios.</summary>
public sealed class StoredScenarioFunctions(ScenarioApi api)
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
}
