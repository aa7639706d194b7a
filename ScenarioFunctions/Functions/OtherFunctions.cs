using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Api;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>Every request that no other function takes, which the platform would answer with an empty 404.</summary>
public sealed class OtherFunctions(ScenarioRoutes routes, DurableClients clients)
{
    [Function("Other")]
    public Task<IResult> AnswerAsync(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client)
    {
        clients.Current = client;
        return routes.AnswerAsync(request.HttpContext);
    }
}
