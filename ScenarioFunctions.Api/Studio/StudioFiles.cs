using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Api.Studio;

/// <summary>
/// The studio: a page from which a person starts scenarios, watches them and looks at the pictures. It uses
/// the public API only, so its files are the same on every host and need no API key.
/// </summary>
public sealed class StudioFiles
{
    private const string Page = "index.html";

    private readonly IReadOnlyDictionary<string, StudioFile> files = StudioResources.Load();

    /// <summary>GET or HEAD of <c>/</c>, <c>/studio</c> or <c>/studio/{path}</c>.</summary>
    /// <param name="context">The request: its <c>Accept-Encoding</c> and <c>If-None-Match</c> count.</param>
    /// <param name="path">What follows <c>/studio/</c>, such as <c>app.js</c>; null or empty for the page itself.</param>
    /// <returns>200 with the file, 304 when the browser has it already, or 404.</returns>
    public IResult Serve(HttpContext context, string? path) =>
        files.TryGetValue(string.IsNullOrEmpty(path) ? Page : path, out var file)
            ? new StudioFileResult(file.For(context.Request.Headers.AcceptEncoding), file.ContentType)
            : TypedResults.Problem("The studio has no such file.", statusCode: StatusCodes.Status404NotFound);
}
