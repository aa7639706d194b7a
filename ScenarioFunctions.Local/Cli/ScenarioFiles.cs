using System.Globalization;
using System.Text;
using System.Text.Json;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Reads the input of <c>save</c>.</summary>
internal static class ScenarioFiles
{
    private const string Example = "Give the path of a scenario in JSON, such as samples/product-showcase.json.";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <param name="environment">Where standard input and the working directory come from.</param>
    /// <param name="paths">Files, folders, or <c>-</c> for standard input.</param>
    /// <returns>Each file; of a folder, its files that end in .json, by name.</returns>
    /// <exception cref="CliException">Says of every file that cannot be used why.</exception>
    public static async Task<IReadOnlyList<ScenarioFile>> ReadAsync(CliEnvironment environment, IReadOnlyList<string> paths)
    {
        var files = new List<ScenarioFile>();
        var faults = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                foreach (var file in FilesOf(environment, path))
                {
                    try
                    {
                        files.Add(await ReadAsync(environment, file));
                    }
                    catch (CliException fault)
                    {
                        faults.Add(fault.Message);
                    }
                }
            }
            catch (CliException fault)
            {
                faults.Add(fault.Message);
            }
        }

        return faults.Count == 0 ? files : throw Bad(string.Join(Environment.NewLine, faults));
    }

    private static List<string> FilesOf(CliEnvironment environment, string path)
    {
        var folder = Path.GetFullPath(path, environment.WorkingDirectory);
        if (path == "-" || !Directory.Exists(folder))
        {
            return [path];
        }

        try
        {
            var files = Directory.GetFiles(folder, "*.json").Select(file => Path.Combine(path, Path.GetFileName(file)));
            return files.Order(StringComparer.Ordinal).ToList() is { Count: > 0 } found
                ? found
                : throw Bad($"The folder {path} has no file that ends in .json. {Example}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Bad($"The folder {path} cannot be read: {exception.Message}");
        }
    }

    private static async Task<ScenarioFile> ReadAsync(CliEnvironment environment, string file)
    {
        var name = file == "-" ? "Standard input" : file;
        try
        {
            await using var stream = file == "-"
                ? environment.OpenInput()
                : File.OpenRead(Path.GetFullPath(file, environment.WorkingDirectory));
            var (json, adjustments, fault) = PostedScenario.Read(Decode(await ReadAsync(stream, name), name));
            return json is { } found ? new ScenarioFile(file, found, adjustments) : throw Bad($"{name} {fault}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Bad($"There is no file {file}. {Example}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Bad($"{name} cannot be read: {exception.Message}");
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
                var size = stream.CanSeek
                    ? string.Create(CultureInfo.InvariantCulture, $" ({(double)stream.Length / JsonBody.MaxBytes:0.0} MiB)")
                    : "";
                throw Bad($"{name} is larger than {JsonBody.MaxSize}{size}, the most that the API accepts. "
                    + "A scenario is text, usually of a few KiB: its images are not in it.");
            }
        }

        content.Position = 0;
        return content;
    }

    /// <summary>Follows a byte order mark, as Windows editors and shells write one.</summary>
    private static string Decode(MemoryStream content, string name)
    {
        try
        {
            using var reader = new StreamReader(content, StrictUtf8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
            var text = reader.ReadToEnd();
            return text.Contains('\0', StringComparison.Ordinal) ? throw Binary(name) : text;
        }
        catch (DecoderFallbackException)
        {
            throw content.ToArray().Contains((byte)0) ? Binary(name) : Bad($"{name} is not text in UTF-8. Save it in that encoding.");
        }
    }

    private static CliException Binary(string name) =>
        Bad($"{name} is not text: it may be an image, an archive or a program. {Example}");

    private static CliException Bad(string message) => new(ExitCodes.BadInput, message);
}

/// <summary>A file that <c>save</c> has read.</summary>
/// <param name="Path">As it was given, or <c>-</c> for standard input.</param>
/// <param name="Json">Its content.</param>
/// <param name="Adjustments">What was left out or decoded in order to read it.</param>
internal sealed record ScenarioFile(string Path, JsonElement Json, IReadOnlyList<string> Adjustments)
{
    /// <summary>For messages.</summary>
    public string Name => Path == "-" ? "standard input" : System.IO.Path.GetFileName(Path);
}
