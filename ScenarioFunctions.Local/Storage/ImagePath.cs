using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Paths in the bucket, such as <c>scenes/scene_1.png</c>, and their files and URLs.</summary>
internal static class ImagePath
{
    /// <summary>After this, a URL continues like the file's path in the data folder. Supabase's public buckets use it too.</summary>
    public const string PublicRoot = "/storage/v1/object/public/";

    public const string UrlPrefix = $"{PublicRoot}{IImageStore.DefaultBucket}/";

    /// <summary>The file of a path; null when the path would leave <paramref name="root"/>.</summary>
    public static string? File(string root, string path)
    {
        var segments = path.Split('/');
        return Array.TrueForAll(segments, IsPlain) ? Path.Combine([root, .. segments]) : null;
    }

    /// <summary>The URL, with each segment escaped.</summary>
    public static string Url(string path) => UrlPrefix + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>No parent folder, no hidden or temporary file, no drive, and no name that a file system treats specially.</summary>
    private static bool IsPlain(string segment) =>
        segment.Length is > 0 and <= 200
        && segment[0] != '.'
        && !segment.AsSpan().ContainsAny('\\', ':')
        && !segment.Any(char.IsControl);
}
