using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using ScenarioFunctions.Api.Studio;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenario/save/tasks?status=&amp;user_id=&amp;limit=&amp;cursor=</c>. An empty parameter counts as not given.</summary>
internal sealed class ListTasks(ITaskEngine engine, TaskResources resources, PublicUrls urls)
{
    /// <summary>A list of long tasks costs processor time, so lists share half the processors, and other requests go on beside them.</summary>
    private readonly TaskScheduler turns = new ConcurrentExclusiveSchedulerPair(
        TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler;

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
        return await Task.Factory.StartNew(
            () => AnswerAsync(context, query, faults), context.RequestAborted, TaskCreationOptions.None, turns).Unwrap();
    }

    private async Task<IResult> AnswerAsync(HttpContext context, TaskQuery query, JsonFaults faults)
    {
        var page = await FindAsync(query, faults, context.RequestAborted);
        var baseUrl = urls.BaseOf(context.Request);
        var tasks = await Task.WhenAll(
            page.Tasks.Select(task => resources.ReadAsync(baseUrl, task, context.RequestAborted)));
        var list = new TaskListResource([.. tasks.Select(task => new ListedTaskResource(task))], page.NextCursor);
        return Answer(context, JsonSerializer.SerializeToUtf8Bytes(list, ApiJson.Readable.TaskListResource));
    }

    /// <summary>The tag is weak: it is the list's, in whichever encoding that is sent.</summary>
    private static FileContentHttpResult Answer(HttpContext context, byte[] json)
    {
        var tag = ContentTag.Of(json, isWeak: true);
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (Encodings.Best(context.Request.Headers.AcceptEncoding) is { } encoding)
        {
            headers.ContentEncoding = encoding;
            json = Encodings.Compress(json, encoding, CompressionLevel.Fastest);
        }

        return TypedResults.Bytes(
            json, "application/json; charset=utf-8", entityTag: tag);
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
            faults.Add("cursor", QueryParameters.WrongCursor);
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
