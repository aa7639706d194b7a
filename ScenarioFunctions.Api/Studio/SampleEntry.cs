using System.Text.Json;

namespace ScenarioFunctions.Api.Studio;

/// <summary>What the studio shows of a sample before it is picked.</summary>
/// <param name="File">Its name below <c>/studio/samples/</c>.</param>
/// <param name="Title">The scenario's.</param>
/// <param name="Scenes">How many it has.</param>
internal sealed record SampleEntry(string File, string Title, int Scenes)
{
    public static SampleEntry Of(string file, byte[] scenario)
    {
        using var document = JsonDocument.Parse(scenario);
        var root = document.RootElement;
        return new SampleEntry(file, root.GetProperty("title").GetString()!, root.GetProperty("scenes").GetArrayLength());
    }

    public static byte[] List(IEnumerable<SampleEntry> samples) =>
        JsonSerializer.SerializeToUtf8Bytes(samples, StudioJson.Default.IEnumerableSampleEntry);
}
