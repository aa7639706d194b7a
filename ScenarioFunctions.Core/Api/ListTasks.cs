using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Api.Resources;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Api;

/// <summary><c>GET /scenario/save/tasks?status=&amp;limit=&amp;cursor=</c>. An empty parameter counts as absent.</summary>
internal sealed class ListTasks(ITaskEngine engine, TaskResources resources)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    private static readonly Dictionary<string, TaskState> States =
        Enum.GetValues<TaskState>().ToDictionary(state => state.ToString().ToLowerInvariant());

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var query = ReadQuery(context.Request);
        var page = await FindAsync(query, context.RequestAborted);
        var list = new TaskListResource(
            [.. page.Tasks.Select(task => resources.Of(context.Request, task, []))], page.NextCursor);
        return ApiResponse.Json(StatusCodes.Status200OK, list, ApiJson.Readable.TaskListResource)
            .With("Cache-Control", "no-cache");
    }

    private async Task<TaskPage> FindAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.ListAsync(query, cancellationToken);
        }
        catch (InvalidCursorException)
        {
            var faults = new JsonFaults();
            faults.Add("cursor", "must be the next_cursor of a page before");
            throw Problems.Invalid(faults);
        }
    }

    private static TaskQuery ReadQuery(HttpRequest request)
    {
        var faults = new JsonFaults();
        var status = Value(request, "status", faults);
        var limit = Value(request, "limit", faults);
        var cursor = Value(request, "cursor", faults);
        var state = TaskState.Pending;
        if (status is not null && !States.TryGetValue(status, out state))
        {
            faults.Add("status", $"must be one of {string.Join(", ", States.Keys)}");
        }

        var count = DefaultLimit;
        if (limit is not null
            && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count)
                && count is >= 1 and <= MaxLimit))
        {
            faults.Add("limit", $"must be a whole number from 1 to {MaxLimit}");
        }

        return faults.Any ? throw Problems.Invalid(faults) : new(status is null ? null : state, count, cursor);
    }

    private static string? Value(HttpRequest request, string name, JsonFaults faults)
    {
        var values = request.Query[name];
        if (values.Count > 1)
        {
            faults.Add(name, "must be given once");
            return null;
        }

        return values is [{ Length: > 0 } value] ? value : null;
    }
}
