using System.Buffers;
using System.Text.Json;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The body of <c>POST /scenario/save</c>, made from a file and the command's options.</summary>
internal sealed class ScenarioRequest
{
    public const string DefaultUser = "local-user";

    private const string UserField = "user_id", ShortField = "short_id", ScenarioField = "scenario";

    /// <summary>Where the request's fields come from, if not from the file: JSON path to the user's own words.</summary>
    private readonly Dictionary<string, string> places = [];

    private ScenarioRequest(ReadOnlyMemory<byte> json) => Json = json;

    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Who pays; null when the file names none that could be asked about.</summary>
    public string? UserId { get; private init; }

    /// <param name="file">The file's content: a scenario, or a request that holds one.</param>
    /// <param name="options">Ids given there win over the file's.</param>
    public static ScenarioRequest Create(JsonElement file, SaveOptions options)
    {
        var whole = IsRequest(file);
        var fields = new Dictionary<string, JsonElement>();
        if (whole)
        {
            foreach (var field in file.EnumerateObject())
            {
                fields[field.Name] = field.Value;
            }
        }
        else
        {
            fields[ScenarioField] = file;
        }

        var places = new Dictionary<string, string>();
        SetId(UserField, "--user", options.User, DefaultUser);
        SetId(ShortField, "--short", options.Short, ShortIdOf(options.File));
        if (!whole)
        {
            places[$"$.{ScenarioField}"] = "$";
        }

        var request = new ScenarioRequest(Write(fields))
        {
            UserId = fields[UserField] is { ValueKind: JsonValueKind.String } user
                && user.GetString() is { } id && ScenarioApiClient.CanName(id) ? id : null,
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
                fields[name] = JsonSerializer.SerializeToElement(given ?? fallback);
                places[$"$.{name}"] = option;
            }
        }
    }

    /// <summary>The file's name without its ending, made a valid id: <c>Été 2025.json</c> gives <c>t-2025</c>.</summary>
    internal static string ShortIdOf(string file) => Identifiers.From(Path.GetFileNameWithoutExtension(file)) ?? "scenario";

    /// <summary>Tells a path of the request as a path of the file, or as the option that it came from.</summary>
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

    /// <summary>Values go as they stand in the file, faults and all: judging them is the API's.</summary>
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
