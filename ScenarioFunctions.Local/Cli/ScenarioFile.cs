using System.Text;
using System.Text.Json;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Reads the input of <c>save</c>.</summary>
internal static class ScenarioFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <param name="environment">Where standard input and the working directory come from.</param>
    /// <param name="file">Path, or <c>-</c> for standard input.</param>
    /// <returns>The JSON, and what was left out or decoded in order to read it.</returns>
    /// <exception cref="CliException">The file cannot be read or has no JSON.</exception>
    public static async Task<(JsonElement Json, IReadOnlyList<string> Adjustments)> ReadAsync(CliEnvironment environment, string file)
    {
        var name = file == "-" ? "Standard input" : file;
        try
        {
            await using var stream = file == "-"
                ? environment.OpenInput()
                : File.OpenRead(Path.GetFullPath(file, environment.WorkingDirectory));
            var (json, adjustments, fault) = PostedScenario.Read(Decode(await ReadAsync(stream, name)));
            return json is { } found ? (found, adjustments) : throw Bad($"{name} {fault}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Bad($"There is no file {file}. Give the path of a scenario in JSON, such as samples/product-showcase.json.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Bad($"{name} cannot be read: {exception.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw Bad($"{name} is not text in UTF-8. Save it in that encoding.");
        }
    }

    private static async Task<MemoryStream> ReadAsync(Stream stream, string name)
    {
        var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            content.Write(buffer, 0, read);
            if (content.Length > JsonBody.MaxBytes)
            {
                throw Bad($"{name} is larger than {JsonBody.MaxSize}, the most that the API accepts.");
            }
        }

        content.Position = 0;
        return content;
    }

    /// <summary>Follows a byte order mark, as Windows editors and shells write one.</summary>
    private static string Decode(MemoryStream content)
    {
        using var reader = new StreamReader(content, StrictUtf8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static CliException Bad(string message) => new(ExitCodes.BadInput, message);
}
