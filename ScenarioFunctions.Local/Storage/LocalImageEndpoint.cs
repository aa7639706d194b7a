using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Serves the stored images. Browsers may cache them forever, as an image never changes.</summary>
internal static class LocalImageEndpoint
{
    private const string KeepForGood = "public, max-age=31536000, immutable";

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    /// <summary>GET and HEAD, with ETag, 304 and ranges; 404 for a missing image.</summary>
    public static IEndpointConventionBuilder MapLocalImages(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(ImagePath.UrlPrefix + "{**path}", [HttpMethods.Get, HttpMethods.Head], Serve)
            .ExcludeFromDescription();

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Serve(
        string? path, HttpContext context, DataDirectory directory)
    {
        var file = new FileInfo(ImagePath.File(directory.ImagesPath, path ?? "") ?? directory.ImagesPath);
        if (!file.Exists)
        {
            return TypedResults.Problem($"There is no image '{path}'.", statusCode: StatusCodes.Status404NotFound);
        }

        context.Response.Headers.CacheControl = KeepForGood;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.PhysicalFile(
            file.FullName,
            ContentType(file.Name),
            lastModified: file.LastWriteTimeUtc,
            entityTag: new EntityTagHeaderValue($"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}\""),
            enableRangeProcessing: true);
    }

    /// <summary>Whatever the file is, a browser should treat it as an image or a download.</summary>
    private static string ContentType(string name) =>
        ContentTypes.TryGetContentType(name, out var type) && type.StartsWith("image/", StringComparison.Ordinal)
            ? type
            : "application/octet-stream";
}
