using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenario/save/tasks?status=&amp;user_id=&amp;limit=&amp;cursor=</c>. An empty parameter counts as not given.</summary>
internal sealed class ListTasks(ITaskEngine engine, TaskResources resources, PublicUrls urls)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller)
    {
        var faults = new JsonFaults();
        var parameters = new QueryParameters(context.Request, faults);
        var userId = parameters.Id("user_id");
        if (userId is not null)
        {
            caller.DemandActingFor(userId);
        }

        var query = new TaskQuery(
            ReadState(parameters, faults), parameters.Limit(), parameters.Text("cursor"))
        {
            UserId = userId ?? caller.UserId,
        };
        var page = await FindAsync(query, faults, context.RequestAborted);
        var baseUrl = urls.BaseOf(context.Request);
        var tasks = await Task.WhenAll(
            page.Tasks.Select(task => resources.ReadAsync(baseUrl, task, context.RequestAborted)));
        var list = new TaskListResource(tasks, page.NextCursor);
        return ApiResponse.Json(StatusCodes.Status200OK, list, ApiJson.Readable.TaskListResource)
            .With("Cache-Control", "no-cache");
    }

    /// <summary>
    /// Only the engine can check a cursor. It is asked even when another parameter is wrong, so that one answer lists every
    /// fault.
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
            faults.Add("cursor", "must be the next_cursor of an earlier page");
        }

        return faults.Any ? throw Problems.Invalid(faults) : page!;
    }

    private static TaskState? ReadState(QueryParameters parameters, JsonFaults faults)
    {
        if (parameters.Text("status") is not { } status)
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
}
