using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Workflow.Compact;

/// <summary>
/// Writes progress within a limit, for an engine that has one, whatever the scenes. Whole if it fits; else
/// without the notes, else also without the images' URLs: both are in the database, and in the result of a
/// task that completes.
/// </summary>
/// <param name="maxCharacters">Of JSON; 5,000 hold the statuses of 100 scenes.</param>
public sealed class CompactProgressConverter(int maxCharacters) : JsonConverter<WorkflowProgress>
{
    public override WorkflowProgress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, CoreJson.Default.CompactProgress)!.Expand();

    public override void Write(Utf8JsonWriter writer, WorkflowProgress value, JsonSerializerOptions options)
    {
        var compact = CompactProgress.Of(value);
        var json = JsonSerializer.Serialize(compact, CoreJson.Default.CompactProgress);
        if (json.Length > maxCharacters)
        {
            compact = compact.WithoutNotes();
            json = JsonSerializer.Serialize(compact, CoreJson.Default.CompactProgress);
        }

        if (json.Length > maxCharacters)
        {
            json = JsonSerializer.Serialize(compact.WithoutUrls(), CoreJson.Default.CompactProgress);
        }

        writer.WriteRawValue(json);
    }
}
