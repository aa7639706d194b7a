using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// Progress with one short line per scene: the common start of all URLs and each note are written only once. A person who looks
/// at the instance in a portal can still read it.
/// </summary>
internal sealed record CompactProgress
{
    /// <summary>With texts of this length, 100 scenes still fit; in JSON, one letter can take six characters.</summary>
    private const int MaxText = 600;

    public int Percent { get; init; }
    public string Message { get; init; } = "";
    public Guid? ScenarioId { get; init; }
    public DateTimeOffset? HeldAt { get; init; }
    public int? ImageServiceCredits { get; init; }
    public TaskError? Error { get; init; }

    /// <summary>The start of every image's URL.</summary>
    public string? UrlBase { get; init; }
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Of the scenes, unless they are numbered from 1 without a gap.</summary>
    public IReadOnlyList<int>? Numbers { get; init; }

    /// <summary>By scene number, each as a <see cref="SceneLine"/>.</summary>
    public IReadOnlyList<SceneLine> Scenes { get; init; } = [];

    /// <summary>Each as a <see cref="WaitLine"/>. Not in the lines above, which 0.2.0 could not read then.</summary>
    public IReadOnlyList<WaitLine>? Waiting { get; init; }

    public static CompactProgress Of(WorkflowProgress progress)
    {
        var urlBase = CommonStart(progress.Scenes.Select(scene => scene.ImageUrl).OfType<string>());
        var notes = progress.Scenes.Select(scene => scene.Note).OfType<string>().Distinct().ToList();
        return new CompactProgress
        {
            Percent = progress.Percent,
            Message = Cut(progress.Message),
            ScenarioId = progress.ScenarioId,
            HeldAt = progress.HeldAt,
            ImageServiceCredits = progress.ImageServiceCredits,
            Error = progress.Error is { } error ? error with { Message = Cut(error.Message) } : null,
            UrlBase = urlBase,
            Notes = notes.Count == 0 ? null : notes,
            Numbers = progress.Scenes.Index().All(scene => scene.Item.SceneNumber == scene.Index + 1)
                ? null
                : [.. progress.Scenes.Select(scene => scene.SceneNumber)],
            Scenes = [.. progress.Scenes.Select(scene => new SceneLine(
                scene.Status,
                scene.Reason,
                scene.ImageUrl?[urlBase!.Length..],
                scene.Note is null ? null : notes.IndexOf(scene.Note)))],
            Waiting = progress.Waiting is { Count: > 0 } waits ? [.. waits.Select(wait => new WaitLine(wait.Key, wait.Value))] : null,
        };
    }

    public CompactProgress WithoutNotes() => this with
    {
        Notes = null,
        Scenes = [.. Scenes.Select(scene => scene with { Note = null })],
    };

    public CompactProgress WithoutUrls() => this with
    {
        UrlBase = null,
        Scenes = [.. Scenes.Select(scene => scene with { UrlEnd = null })],
    };

    public WorkflowProgress Expand() => new()
    {
        Percent = Percent,
        Message = Message,
        ScenarioId = ScenarioId,
        HeldAt = HeldAt,
        ImageServiceCredits = ImageServiceCredits,
        Error = Error,
        Scenes = [.. Scenes.Select((scene, index) => new SceneProgress(
            Numbers?[index] ?? index + 1,
            scene.Status,
            scene.UrlEnd is null ? null : UrlBase + scene.UrlEnd,
            scene.Reason,
            scene.Note is { } note ? Notes![note] : null))],
        Waiting = Waiting?.ToDictionary(wait => wait.SceneNumber, wait => wait.Wait),
    };

    private static string? CommonStart(IEnumerable<string> texts) => texts.Aggregate(
        (string?)null,
        (start, text) => start is null ? text : start[..start.AsSpan().CommonPrefixLength(text)]);

    private static string Cut(string text)
    {
        var length = text.Length;
        while (JsonEncodedText.Encode(text.AsSpan(0, length)).Value.Length > MaxText)
        {
            length = Math.Min(length - 1, MaxText);
            length -= char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
        }

        return text[..length];
    }
}

/// <summary>
/// Writes progress within the engine's size limit: completely if it fits, otherwise without the notes, or else also without the
/// images' URLs. Both are in the database, and in the result of a completed task.
/// </summary>
/// <param name="maxCharacters">Of JSON. 5,000 are enough for the statuses of 100 scenes.</param>
internal sealed class CompactProgressConverter(int maxCharacters) : JsonConverter<WorkflowProgress>
{
    public override WorkflowProgress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, CompactJson.Default.CompactProgress)!.Expand();

    public override void Write(Utf8JsonWriter writer, WorkflowProgress value, JsonSerializerOptions options)
    {
        var compact = CompactProgress.Of(value);
        var json = JsonSerializer.Serialize(compact, CompactJson.Default.CompactProgress);
        if (json.Length > maxCharacters)
        {
            compact = compact.WithoutNotes();
            json = JsonSerializer.Serialize(compact, CompactJson.Default.CompactProgress);
        }

        if (json.Length > maxCharacters)
        {
            json = JsonSerializer.Serialize(compact.WithoutUrls(), CompactJson.Default.CompactProgress);
        }

        writer.WriteRawValue(json);
    }
}

/// <summary>
/// A scene as one line, such as <c>completed =4f0e.png #0</c>: its status, then, if it has them, its reason, the end of its
/// image's URL and the number of its note. URLs contain no spaces.
/// </summary>
[JsonConverter(typeof(Converter))]
internal sealed record SceneLine(SceneStatus Status, SceneReason? Reason, string? UrlEnd, int? Note)
{
    public override string ToString() =>
        EnumNames.Of(Status)
        + (Reason is { } reason ? $" {EnumNames.Of(reason)}" : "")
        + (UrlEnd is null ? "" : $" ={UrlEnd}")
        + (Note is null ? "" : $" #{Note}");

    private static SceneLine Parse(string line)
    {
        var words = line.Split(' ');
        string? After(char mark) => words.Skip(1).FirstOrDefault(word => word[0] == mark)?[1..];
        var reason = words.Skip(1).FirstOrDefault(word => word[0] is not ('=' or '#'));
        return new SceneLine(
            EnumNames.Parse<SceneStatus>(words[0]),
            reason is null ? null : EnumNames.Parse<SceneReason>(reason),
            After('='),
            After('#') is { } note ? int.Parse(note, CultureInfo.InvariantCulture) : null);
    }

    public sealed class Converter : JsonConverter<SceneLine>
    {
        public override SceneLine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, SceneLine value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

/// <summary>What a scene waits for as one line, such as <c>5 queued 731</c> or <c>7 retrying 2/3</c>: place, attempt and attempts.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record WaitLine(int SceneNumber, SceneWait Wait)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SceneNumber} {EnumNames.Of(Wait.For)}")
        + (Wait.Place is { } place ? string.Create(CultureInfo.InvariantCulture, $" {place}") : "")
        + (Wait.Attempt is { } attempt ? string.Create(CultureInfo.InvariantCulture, $" {attempt}/{Wait.Attempts}") : "");

    private static WaitLine Parse(string line)
    {
        var words = line.Split(' ');
        int? place = null, attempt = null, attempts = null;
        foreach (var word in words.Skip(2).Select(word => word.Split('/').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray()))
        {
            if (word is [var number])
            {
                place = number;
            }
            else
            {
                (attempt, attempts) = (word[0], word[1]);
            }
        }

        return new WaitLine(
            int.Parse(words[0], CultureInfo.InvariantCulture),
            new SceneWait(EnumNames.Parse<WaitingFor>(words[1]), place, Attempt: attempt, Attempts: attempts));
    }

    public sealed class Converter : JsonConverter<WaitLine>
    {
        public override WaitLine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, WaitLine value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

[JsonSourceGenerationOptions(
    MaxDepth = CoreJson.MaxDepth,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CompactProgress))]
[JsonSerializable(typeof(VersionStamp))]
internal sealed partial class CompactJson : JsonSerializerContext;
