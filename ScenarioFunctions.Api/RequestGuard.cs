using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api.Access;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>Stands before every handler: the host's name, the API key, and problems in place of exceptions.</summary>
internal sealed class RequestGuard(HostCheck host, ApiKeyCheck apiKey, ILogger<RequestGuard> logger)
{
    public Task<IResult> WithKeyAsync(HttpContext context, Func<Task<IResult>> handler) =>
        OpenAsync(context, () =>
        {
            apiKey.Demand(context);
            return handler();
        });

    /// <summary>For what anyone may ask.</summary>
    public async Task<IResult> OpenAsync(HttpContext context, Func<Task<IResult>> handler)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            host.Demand(context.Request);
            return await handler();
        }
        catch (Exception e) when (HasLeft(context, e))
        {
            return Results.Empty;
        }
        catch (Exception e)
        {
            return Answer(context.Request, ProblemOf(context, e));
        }
    }

    /// <summary>Nobody is there to read an answer, and nothing is wrong with the service.</summary>
    private static bool HasLeft(HttpContext context, Exception e) =>
        context.RequestAborted.IsCancellationRequested && e is OperationCanceledException;

    private ProblemException ProblemOf(HttpContext context, Exception e)
    {
        switch (e)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException unreadable:
                return Problems.BadRequest(unreadable);
            case EngineUnavailableException or StorageException { IsTransient: true }:
                logger.Unavailable(e, context.Request.Path);
                return Problems.Unavailable();
            default:
                var traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
                logger.Unexpected(e, context.Request.Path, traceId);
                return Problems.Internal(traceId);
        }
    }

    internal static ApiResponse Answer(HttpRequest request, ProblemException refused)
    {
        var problem = refused.Problem with { Instance = request.PathBase.Add(request.Path).ToUriComponent() };
        var answer = ApiResponse.OfProblem(problem);
        foreach (var (name, value) in refused.Headers)
        {
            answer.With(name, value);
        }

        return answer;
    }
}
