using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScenarioFunctions.Emulator;

/// <summary>Wants the headers that RunwayML wants. Any key will do.</summary>
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
/// Answers 413 to a body that is too large. Large ones are read a few at a time: each is in memory as a whole while it is
/// checked. The service's own orders are small, and wait for nobody.
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

/// <summary>Links that whoever has them may follow, until they expire: RunwayML's are the same.</summary>
internal sealed class SignedLinks(byte[] key)
{
    /// <summary>RunwayML says 24 to 48 hours.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public string Sign(string path, DateTimeOffset now)
    {
        var expires = (now + Life).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{path}?expires={expires}&signature={SignatureOf(path, expires)}");
    }

    public bool IsGood(string path, long? expires, string? signature, DateTimeOffset now) =>
        expires is { } end && now.ToUnixTimeSeconds() <= end && signature is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(SignatureOf(path, end)));

    private string SignatureOf(string path, long expires) => Convert.ToHexStringLower(HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}?{expires}"))));
}
