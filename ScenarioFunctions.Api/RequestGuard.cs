using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>Stands before every handler: the API key, and problems in place of exceptions.</summary>
internal sealed class RequestGuard(ApiKeyCheck apiKey, ILogger<RequestGuard> logger)
{
    public Task<IResult> WithKeyAsync(HttpContext context, Func<Task<IResult>> handler) =>
        OpenAsync(context, () =>
        {
            apiKey.Demand(context.Request);
            return handler();
        });

    /// <summary>For what anyone may ask.</summary>
    public async Task<IResult> OpenAsync(HttpContext context, Func<Task<IResult>> handler)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
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

    private static ApiResponse Answer(HttpRequest request, ProblemException refused)
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

/// <summary>Asks for the API key when there is one. Compares hashes, so that time tells neither key nor length.</summary>
internal sealed class ApiKeyCheck(ServiceSettings settings)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? expected = settings.ApiKey is { } key ? Hash(key) : null;

    /// <exception cref="ProblemException">The key is missing or wrong.</exception>
    public void Demand(HttpRequest request)
    {
        if (expected is null)
        {
            return;
        }

        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (!CryptographicOperations.FixedTimeEquals(Hash(given), expected))
        {
            throw Problems.Unauthorized(keyGiven: header.Length > 0);
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
