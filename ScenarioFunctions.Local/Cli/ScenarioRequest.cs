using System.Buffers;
using System.Text.Json;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The body of <c>POST /scenario/save</c>, made from a file and the command's options.</summary>
internal sealed class ScenarioRequest
{
    public const string DefaultUser = "local-user";

    private const string UserField = "user_id", ShortField = "short_id", ScenarioField = "scenario";

    /// <summary>The origin of request fields that are not in the file: JSON path to the user's own words.</summary>
    private readonly Dictionary<string, string> places = [];

    private ScenarioRequest(ScenarioFile file, ReadOnlyMemory<byte> json) => (File, Json) = (file, json);

    /// <summary>Where it comes from.</summary>
    public ScenarioFile File { get; }

    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The user who pays; null when the file's value is not a usable id.</summary>
    public string? UserId { get; private init; }

    /// <summary>The short; null when the file's value is no text.</summary>
    public string? ShortId { get; private init; }

    /// <param name="file">A scenario, or a request with a scenario.</param>
    /// <param name="userId">Replaces the file's; null when not given.</param>
    /// <param name="shortId">Replaces the file's; null when not given.</param>
    public static ScenarioRequest Create(ScenarioFile file, string? userId, string? shortId)
    {
        var whole = IsRequest(file.Json);
        var fields = new Dictionary<string, JsonElement>();
        if (whole)
        {
            foreach (var field in file.Json.EnumerateObject())
            {
                fields[field.Name] = field.Value;
            }
        }
        else
        {
            fields[ScenarioField] = file.Json;
        }

        var places = new Dictionary<string, string>();
        SetId(UserField, "--user", userId, DefaultUser);
        SetId(ShortField, "--short", shortId, ShortIdOf(file.Path));
        if (!whole)
        {
            places[$"$.{ScenarioField}"] = "$";
        }

        var request = new ScenarioRequest(file, Write(fields))
        {
            UserId = fields[UserField] is { ValueKind: JsonValueKind.String } user
                && user.GetString() is { } id && ScenarioApiClient.CanName(id) ? id : null,
            ShortId = fields.TryGetValue(ShortField, out var posted) && posted.ValueKind == JsonValueKind.String
                ? posted.GetString()
                : null,
        };
        foreach (var (path, place) in places)
        {
            request.places[path] = place;
        }

        return request;

        void SetId(string name, string option, string? given, string fallback)
        {
            if (given is not null || !fields.ContainsKey(name))
            {
                fields[name] = JsonSerializer.SerializeToElement(given ?? fallback, CliJson.Default.String);
                places[$"$.{name}"] = option;
            }
        }
    }

    /// <summary>The file's name without its extension, made a valid id: <c>Été 2025.json</c> becomes <c>t-2025</c>.</summary>
    internal static string ShortIdOf(string file) => Identifiers.From(Path.GetFileNameWithoutExtension(file)) ?? "scenario";

    /// <summary>Translates a path in the request into a path in the file, or into the option that it came from.</summary>
    public string Place(string path)
    {
        foreach (var (start, place) in places)
        {
            if (path == start || (path.StartsWith(start, StringComparison.Ordinal) && path[start.Length] is '.' or '['))
            {
                return place + path[start.Length..];
            }
        }

        return path;
    }

    private static bool IsRequest(JsonElement file) =>
        file.ValueKind == JsonValueKind.Object
        && file.TryGetProperty(ScenarioField, out _)
        && !file.TryGetProperty("scenes", out _);

    /// <summary>Values stay as they are in the file, even wrong ones: checking them is the API's job.</summary>
    private static ReadOnlyMemory<byte> Write(Dictionary<string, JsonElement> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
