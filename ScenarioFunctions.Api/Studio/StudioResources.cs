using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.StaticFiles;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Api.Studio;

/// <summary>Reads the embedded files: the studio's own, and the samples.</summary>
internal static class StudioResources
{
    private const string Prefix = "studio/";
    private const string Samples = "samples/";

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    /// <summary>The files by their path under <c>/studio/</c>; <c>samples/index.json</c> lists the samples.</summary>
    public static IReadOnlyDictionary<string, StudioFile> Load()
    {
        var assembly = typeof(StudioResources).Assembly;
        var embedded = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        var samples = embedded.Where(file => file.Key.StartsWith(Samples, StringComparison.Ordinal))
            .Select(file => SampleEntry.Of(file.Key[Samples.Length..], file.Value));
        var page = Encoding.UTF8.GetString(embedded["index.html"]);
        return embedded
            .Append(new("beside/index.html", Encoding.UTF8.GetBytes(page.Replace("=\"studio/", "=\"", StringComparison.Ordinal))))
            .Append(new(Samples + "index.json", SampleEntry.List(samples)))
            .ToFrozenDictionary(file => file.Key, file => new StudioFile(ContentType(file.Key), file.Value));
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string ContentType(string path)
    {
        var type = ContentTypes.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }
}

/// <summary>What the studio shows of a sample in its list.</summary>
/// <param name="File">The file's name under <c>/studio/samples/</c>.</param>
/// <param name="Title">The scenario's title.</param>
/// <param name="Scenes">The number of scenes.</param>
/// <param name="Images">How many images would be made.</param>
internal sealed record SampleEntry(string File, string Title, int Scenes, int Images)
{
    public static SampleEntry Of(string file, byte[] scenario)
    {
        using var document = JsonDocument.Parse(scenario);
        var sample = ScenarioParser.Parse(document.RootElement, JsonPath.Root, new JsonFaults())!;
        return new SampleEntry(
            file, sample.Details.Title, sample.Scenes.Count, sample.Scenes.Count(scene => scene.NoImageFor is null));
    }

    /// <summary>The smallest first, as they cost the least.</summary>
    public static byte[] List(IEnumerable<SampleEntry> samples) =>
        JsonSerializer.SerializeToUtf8Bytes(samples.OrderBy(sample => sample.Scenes), StudioJson.Default.IEnumerableSampleEntry);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IEnumerable<SampleEntry>))]
internal sealed partial class StudioJson : JsonSerializerContext;
