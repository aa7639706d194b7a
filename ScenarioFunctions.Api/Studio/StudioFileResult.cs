using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Api.Studio;

/// <summary>Sends a file, or 304 when the browser has it already.</summary>
internal sealed class StudioFileResult(StudioContent content, string contentType) : IResult
{
    /// <summary>Pictures may come from the image store's host, which is plain HTTP where it runs locally.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.ETag = content.ETag.ToString();
        if (IsCurrent(httpContext.Request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        response.ContentLength = content.Bytes.Length;
        response.Headers.ContentEncoding = content.Encoding;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(content.Bytes, httpContext.RequestAborted).AsTask();
    }

    private bool IsCurrent(HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(content.ETag, useStrongComparison: false));
}
