using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Workflow.Compact;

/// <summary>
/// A scene in one line, such as <c>completed =4f0e.png #0</c>: its status, then its reason, the end of its
/// image's URL and the number of its note, where it has them. A URL has no blank in it.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed record SceneLine(SceneStatus Status, SceneReason? Reason, string? UrlEnd, int? Note)
{
    private static readonly Dictionary<string, SceneStatus> Statuses = Names<SceneStatus>();
    private static readonly Dictionary<string, SceneReason> Reasons = Names<SceneReason>();
    private static readonly Dictionary<SceneStatus, string> StatusNames = Statuses.ToDictionary(x => x.Value, x => x.Key);
    private static readonly Dictionary<SceneReason, string> ReasonNames = Reasons.ToDictionary(x => x.Value, x => x.Key);

    public override string ToString() =>
        StatusNames[Status]
        + (Reason is { } reason ? $" {ReasonNames[reason]}" : "")
        + (UrlEnd is null ? "" : $" ={UrlEnd}")
        + (Note is null ? "" : $" #{Note}");

    private static SceneLine Parse(string line)
    {
        var words = line.Split(' ');
        string? After(char mark) => words.Skip(1).FirstOrDefault(word => word[0] == mark)?[1..];
        var reason = words.Skip(1).FirstOrDefault(word => word[0] is not ('=' or '#'));
        return new SceneLine(
            Statuses[words[0]],
            reason is null ? null : Reasons[reason],
            After('='),
            After('#') is { } note ? int.Parse(note) : null);
    }

    private static Dictionary<string, T> Names<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(value => JsonSerializer.SerializeToElement(value).GetString()!);

    internal sealed class Converter : JsonConverter<SceneLine>
    {
        public override SceneLine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, SceneLine value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
