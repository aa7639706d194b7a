using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenario/save/tasks?status=&amp;user_id=&amp;limit=&amp;cursor=</c>. An empty parameter counts as absent.</summary>
internal sealed class ListTasks(ITaskEngine engine, TaskResources resources)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public async Task<IResult> HandleAsync(HttpContext context, Caller caller)
    {
        var faults = new JsonFaults();
        var userId = ReadUserId(context.Request, faults);
        if (userId is not null)
        {
            caller.DemandActingFor(userId);
        }

        var query = new TaskQuery(
            ReadState(context.Request, faults), ReadLimit(context.Request, faults), Value(context.Request, "cursor", faults))
        {
            UserId = userId ?? caller.UserId,
        };
        var page = await FindAsync(query, faults, context.RequestAborted);
        var tasks = await Task.WhenAll(
            page.Tasks.Select(task => resources.ReadAsync(context.Request, task, context.RequestAborted)));
        var list = new TaskListResource(tasks, page.NextCursor);
        return ApiResponse.Json(StatusCodes.Status200OK, list, ApiJson.Readable.TaskListResource)
            .With("Cache-Control", "no-cache");
    }

    /// <summary>
    /// Only the engine knows its cursors: it is asked also when another parameter is wrong, so that one answer
    /// tells every fault.
    /// </summary>
    private async Task<TaskPage> FindAsync(TaskQuery query, JsonFaults faults, CancellationToken cancellationToken)
    {
        TaskPage? page = null;
        try
        {
            if (!faults.Any || query.Cursor is not null)
            {
                page = await engine.ListAsync(query, cancellationToken);
            }
        }
        catch (InvalidCursorException)
        {
            faults.Add("cursor", "must be the next_cursor of a page before");
        }

        return faults.Any ? throw Problems.Invalid(faults) : page!;
    }

    private static TaskState? ReadState(HttpRequest request, JsonFaults faults)
    {
        if (Value(request, "status", faults) is not { } status)
        {
            return null;
        }

        if (EnumNames.TryParse<TaskState>(status, out var state))
        {
            return state;
        }

        faults.Add("status", $"must be one of {string.Join(", ", EnumNames.All<TaskState>())}");
        return null;
    }

    private static string? ReadUserId(HttpRequest request, JsonFaults faults)
    {
        var userId = Value(request, "user_id", faults);
        if (userId is not null && !Identifiers.IsId(userId))
        {
            faults.Add("user_id", Identifiers.Rule);
            return null;
        }

        return userId;
    }

    private static int ReadLimit(HttpRequest request, JsonFaults faults)
    {
        if (Value(request, "limit", faults) is not { } limit)
        {
            return DefaultLimit;
        }

        if (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= 1 and <= MaxLimit)
        {
            return count;
        }

        faults.Add("limit", $"must be a whole number from 1 to {MaxLimit}");
        return DefaultLimit;
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
