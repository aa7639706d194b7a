using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ScenarioFunctions.Emulator;

/// <summary>Requires the headers that RunwayML requires. Any key is valid.</summary>
internal sealed class EmulatorAccess : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private const string Version = "2024-11-06";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Request.Headers;
        var authorization = headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || string.IsNullOrWhiteSpace(authorization[Scheme.Length..]))
        {
            return RunwayAnswer.Refuse(StatusCodes.Status401Unauthorized, "The API key was not provided, or is not valid.");
        }

        return headers["X-Runway-Version"].ToString() switch
        {
            Version => await next(context),
            "" => RunwayAnswer.Refuse(
                StatusCodes.Status400BadRequest, $"The X-Runway-Version header is required. Its value is {Version}."),
            _ => RunwayAnswer.Refuse(
                StatusCodes.Status400BadRequest, "The API version that was provided in the X-Runway-Version header is not valid."),
        };
    }
}

/// <summary>
/// Answers 413 to a body that is too large. Only a few large bodies are read at once, as each is completely in memory while it
/// is checked. The service's own orders are small and do not wait.
/// </summary>
internal sealed class BodyLimits : IEndpointFilter, IDisposable
{
    private const int Large = 64 * 1024;

    private readonly SemaphoreSlim large = new(4);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var isLarge = !HttpMethods.IsGet(http.Request.Method) && http.Request.ContentLength is null or > Large;
        if (isLarge)
        {
            await large.WaitAsync(http.RequestAborted);
        }

        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException exception)
        {
            return RunwayAnswer.Refuse(exception.StatusCode, "The body is too large, or could not be read to its end.");
        }
        finally
        {
            if (isLarge)
            {
                large.Release();
            }
        }
    }

    public void Dispose() => large.Dispose();
}

/// <summary>Answers 503 while the database cannot be used, say on a full disk: then the order was not taken, and is worth a retry.</summary>
internal sealed class DatabaseFaults : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (SqliteException exception)
        {
            return RunwayAnswer.Refuse(
                StatusCodes.Status503ServiceUnavailable, $"The emulator cannot use its database: {exception.Message}");
        }
    }
}

/// <summary>Links that work for anybody who has them, until they expire, like RunwayML's.</summary>
internal sealed class SignedLinks(byte[] key)
{
    /// <summary>RunwayML's links last 24 to 48 hours.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public string Sign(string path, DateTimeOffset now)
    {
        var expires = (now + Life).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{path}?expires={expires}&signature={SignatureOf(path, expires)}");
    }

    public bool IsValid(string path, long? expires, string? signature, DateTimeOffset now) =>
        expires is { } end && now.ToUnixTimeSeconds() <= end && signature is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(SignatureOf(path, end)));

    private string SignatureOf(string path, long expires) => Convert.ToHexStringLower(HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}?{expires}"))));
}
