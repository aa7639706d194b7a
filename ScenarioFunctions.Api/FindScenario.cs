using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenarios/{scenario_id}</c> and <c>GET /scenarios?short_id=&amp;user_id=&amp;limit=&amp;cursor=</c></summary>
internal sealed class FindScenario(IScenarioStore store, ScenarioResources resources)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string scenarioId) =>
        ApiResponse.Json(
            StatusCodes.Status200OK,
            resources.Of(context.Request, await DemandAsync(caller, scenarioId, context.RequestAborted)),
            ApiJson.Readable.ScenarioResource)
        .With("Cache-Control", "no-cache");

    public async Task<IResult> ListAsync(HttpContext context, Caller caller)
    {
        var faults = new JsonFaults();
        var parameters = new QueryParameters(context.Request, faults);
        var (shortId, userId, limit) = (parameters.Id("short_id"), parameters.Id("user_id"), parameters.Limit());
        var after = ReadCursor(parameters, faults);
        if (userId is not null)
        {
            caller.DemandActingFor(userId);
        }

        if (faults.Any)
        {
            throw Problems.Invalid(faults);
        }

        var query = new ScenarioQuery(shortId, userId ?? caller.UserId, limit + 1, after);
        var found = await store.ListScenariosAsync(query, context.RequestAborted);
        var page = found.Take(limit).ToList();
        var list = new ScenarioListResource(
            [.. page.Select(ScenarioResources.Of)], found.Count > limit ? page[^1].Cursor.ToString() : null);
        return ApiResponse.Json(StatusCodes.Status200OK, list, ApiJson.Readable.ScenarioListResource)
            .With("Cache-Control", "no-cache");
    }

    /// <summary>The stored scenario, if the caller may see it.</summary>
    /// <exception cref="ProblemException">404: there is no such scenario, or it belongs to another user.</exception>
    public async Task<StoredScenario> DemandAsync(Caller caller, string scenarioId, CancellationToken cancellationToken) =>
        Guid.TryParse(scenarioId, out var id)
        && await store.ReadScenarioAsync(id, cancellationToken) is { } scenario
        && caller.MayActFor(scenario.Row.UserId)
            ? scenario
            : throw Problems.NoScenario();

    private static ScenarioCursor? ReadCursor(QueryParameters parameters, JsonFaults faults)
    {
        var text = parameters.Text("cursor");
        var cursor = text is null ? null : ScenarioCursor.Parse(text);
        if (text is not null && cursor is null)
        {
            faults.Add("cursor", QueryParameters.WrongCursor);
        }

        return cursor;
    }
}
