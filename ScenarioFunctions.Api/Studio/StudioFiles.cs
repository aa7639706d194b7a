using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Api.Studio;

/// <summary>
/// The studio: a web page to start scenarios, watch their tasks and look at the images. It uses only the public API, so
/// its files are the same on every host and need no API key.
/// </summary>
public sealed class StudioFiles
{
    private const string Page = "index.html";

    /// <summary>The page where it is shown at <c>/studio/</c>, beside its files.</summary>
    private const string PageBesideFiles = "beside/index.html";

    /// <summary>Images may come from any host, over plain HTTP too: a local image store has no HTTPS.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; connect-src 'self' https: http:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly IReadOnlyDictionary<string, StudioFile> files = StudioResources.Load();

    /// <summary>GET or HEAD of <c>/</c>, <c>/studio</c> or <c>/studio/{path}</c>.</summary>
    /// <param name="context">The request; its <c>Accept-Encoding</c> and <c>If-None-Match</c> headers are used.</param>
    /// <param name="path">What follows <c>/studio/</c>, such as <c>app.js</c>; null or empty for the page itself.</param>
    /// <returns>200 with the file, 304 when the browser has it already, or 404.</returns>
    public IResult Serve(HttpContext context, string? path)
    {
        // Its links are relative, so that they hold behind a prefix that a proxy cuts off.
        var page = context.Request.Path.Value?.EndsWith("/studio/", StringComparison.Ordinal) == true ? PageBesideFiles : Page;
        if (!files.TryGetValue(string.IsNullOrEmpty(path) ? page : path, out var file))
        {
            return TypedResults.Problem("The studio has no such file.", statusCode: StatusCodes.Status404NotFound);
        }

        var content = file.For(context.Request.Headers.AcceptEncoding);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.ContentEncoding = content.Encoding;
        return TypedResults.Bytes(content.Bytes, file.ContentType, entityTag: content.ETag);
    }
}

/// <summary>A file of the studio. It is compressed once, at the first request for it.</summary>
internal sealed class StudioFile
{
    private readonly StudioContent plain;
    private readonly Lazy<StudioContent> brotli;
    private readonly Lazy<StudioContent> gzip;

    public StudioFile(string contentType, byte[] bytes)
    {
        ContentType = contentType;
        plain = new StudioContent(bytes, null);
        brotli = new(() => Compress(bytes, "br"));
        gzip = new(() => Compress(bytes, "gzip"));
    }

    public string ContentType { get; }

    /// <summary>The file in the best encoding that the browser accepts.</summary>
    public StudioContent For(StringValues acceptEncoding)
    {
        return Encodings.Best(acceptEncoding) switch
        {
            "br" => brotli.Value,
            "gzip" => gzip.Value,
            _ => plain,
        };
    }

    private static StudioContent Compress(byte[] bytes, string encoding) =>
        new(Encodings.Compress(bytes, encoding, CompressionLevel.SmallestSize), encoding);
}

/// <summary>A file's bytes as they are sent.</summary>
/// <param name="Bytes">In the encoding below.</param>
/// <param name="Encoding">As in <c>Content-Encoding</c>; null for none.</param>
internal sealed record StudioContent(byte[] Bytes, string? Encoding)
{
    /// <summary>A hash of these bytes, so each encoding has its own.</summary>
    public EntityTagHeaderValue ETag { get; } = ContentTag.Of(Bytes);
}
