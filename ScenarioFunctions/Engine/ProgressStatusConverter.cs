using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScenarioFunctions.Engine;

internal sealed class ProgressStatusConverter : JsonConverter<ProgressStatus>
{
    /// <summary>Durable Task refuses 16 KB and more, counted in UTF-16.</summary>
    public const int MaxCharacters = 8_000;

    public override ProgressStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize<CompactProgress>(ref reader, options)!.Expand());

    /// <summary>
    /// Whole if it fits; else without the notes, else also without the images' URLs: both are in the
    /// database, and in the result when the task completes.
    /// </summary>
    public override void Write(Utf8JsonWriter writer, ProgressStatus value, JsonSerializerOptions options)
    {
        var compact = CompactProgress.Of(value.Progress);
        var json = JsonSerializer.Serialize(compact, options);
        if (json.Length > MaxCharacters)
        {
            json = JsonSerializer.Serialize(compact = compact.WithoutNotes(), options);
        }

        if (json.Length > MaxCharacters)
        {
            json = JsonSerializer.Serialize(compact.WithoutUrls(), options);
        }

        writer.WriteRawValue(json);
    }
}
