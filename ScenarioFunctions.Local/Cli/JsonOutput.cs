using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Prints the API's JSON for programs.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The option <c>--json</c>.</summary>
    public static Option<bool> Option(string what) => new("--json") { Description = $"Print only {what}, as the JSON that the API returns." };

    /// <summary>Prints one answer, or an array of them.</summary>
    public static void Print(CliEnvironment environment, IReadOnlyList<string> answers, bool isMany) =>
        Print(environment, isMany ? $"[{string.Join(',', answers)}]" : answers[0]);

    public static void Print(CliEnvironment environment, string json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            document.WriteTo(writer);
        }

        // Not through the console, which would break long lines.
        environment.Console.Profile.Out.Writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
