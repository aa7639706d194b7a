using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Paths inside the bucket, such as <c>scenes/scene_1.png</c>, and where they are on disk and on the web.</summary>
internal static class ImagePath
{
    /// <summary>Below it, a URL goes on as a file does in the data folder. Supabase's public buckets have the same.</summary>
    public const string PublicRoot = "/storage/v1/object/public/";

    public const string UrlPrefix = $"{PublicRoot}{IImageStore.DefaultBucket}/";

    /// <summary>The file of a path that stays inside <paramref name="root"/>; null for any other path.</summary>
    public static string? File(string root, string path)
    {
        var segments = path.Split('/');
        return Array.TrueForAll(segments, IsPlain) ? Path.Combine([root, .. segments]) : null;
    }

    /// <summary>Each segment escaped.</summary>
    public static string Url(string path) => UrlPrefix + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>No folder up, no hidden or temporary file, no drive, nothing that a file system reads in its own way.</summary>
    private static bool IsPlain(string segment) =>
        segment.Length is > 0 and <= 200
        && segment[0] != '.'
        && !segment.AsSpan().ContainsAny('\\', ':')
        && !segment.Any(char.IsControl);
}
