using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Storage;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Shows the result of each scene.</summary>
internal sealed class SceneTable(CliEnvironment environment, ImageLocator images)
{
    /// <summary>In a narrower terminal, a table has no room for reasons and paths.</summary>
    private const int WidthForTable = 60;

    private readonly IAnsiConsole console = environment.Console;

    /// <summary>The width of borders, padding, number and status: not available to the last column.</summary>
    private const int OtherColumns = 28;

    public void Write(IReadOnlyList<SceneResource> scenes)
    {
        var places = scenes
            .Where(scene => scene.ImageUrl is not null)
            .ToDictionary(scene => scene.SceneNumber, images.Locate);
        if (console.Profile.Width < WidthForTable)
        {
            WriteScenes(scenes, places);
            return;
        }

        var width = places.Values.Append("").Max(place => place.Length) + OtherColumns;
        var fits = width <= console.Profile.Width;
        console.Write(Table(scenes, fits ? places : []));
        if (!fits)
        {
            WriteLines(places);
        }
    }

    private static Table Table(IReadOnlyList<SceneResource> scenes, Dictionary<int, string> places)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn("Scene").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Status").NoWrap());
        table.AddColumn(places.Count > 0 ? "Image, or why there is none" : "Why");
        foreach (var scene in scenes)
        {
            var what = places.GetValueOrDefault(scene.SceneNumber, Why(scene));
            var note = scene.Note is null ? "" : PlainText.OneLine(scene.Note);
            table.AddRow(
                new Text($"{scene.SceneNumber}"),
                new Text(EnumNames.Of(scene.Status), Colour(scene.Status)),
                new Text(string.Join('\n', new[] { what, note }.Where(line => line.Length > 0))));
        }

        return table;
    }

    /// <summary>A line or two for each scene, without borders.</summary>
    private void WriteScenes(IReadOnlyList<SceneResource> scenes, Dictionary<int, string> places)
    {
        foreach (var scene in scenes)
        {
            console.Write(new Text($"{scene.SceneNumber,3}  "));
            console.Write(new Text(EnumNames.Of(scene.Status), Colour(scene.Status)));
            console.WriteLine();
            foreach (var line in new[] { places.GetValueOrDefault(scene.SceneNumber), Why(scene), PlainText.OneLine(scene.Note ?? "") })
            {
                if (!string.IsNullOrEmpty(line))
                {
                    environment.Write($"     {line}");
                }
            }
        }
    }

    /// <summary>Not through the console, which would break paths: the terminal wraps them, and they can still be copied.</summary>
    private void WriteLines(Dictionary<int, string> places)
    {
        var output = console.Profile.Out.Writer;
        output.WriteLine("Images, by scene:");
        foreach (var (number, place) in places)
        {
            output.WriteLine($"{number,4}  {place}");
        }
    }

    private static string Why(SceneResource scene) =>
        scene.Reason is { } reason ? $"{SceneReasonTexts.Plain(reason)} ({EnumNames.Of(reason)})"
            : scene.Waiting is { } waiting ? SceneReasonTexts.Plain(waiting)
            : "";

    private static Style Colour(SceneStatus status) => new(status switch
    {
        SceneStatus.Completed => Color.Green,
        SceneStatus.Skipped => Color.Yellow,
        SceneStatus.Failed => Color.Red,
        SceneStatus.Cancelled => Color.Fuchsia,
        SceneStatus.Generating => Color.Blue,
        _ => Color.Grey,
    });
}

/// <summary>Gives an image's location in a form that a person can open.</summary>
/// <param name="dataFolder">Absolute.</param>
/// <param name="workingDirectory">Paths are made relative to it.</param>
/// <param name="server">The base of URLs that are only a path.</param>
internal sealed class ImageLocator(string dataFolder, string workingDirectory, Uri server)
{
    /// <summary>The copies of the images of one task, by scene; null when there are none.</summary>
    public IReadOnlyDictionary<int, string>? Copies { get; set; }

    /// <param name="scene">Has an image.</param>
    /// <returns>The path of its copy, or of its file if that is in the data folder; otherwise its URL.</returns>
    public string Locate(SceneResource scene) => (Copies?.GetValueOrDefault(scene.SceneNumber) ?? FileOf(scene.ImageUrl!)) is { } file
        ? Path.GetRelativePath(workingDirectory, file)
        : new Uri(server, scene.ImageUrl).AbsoluteUri;

    /// <returns>The image's file; null when it is not in the data folder.</returns>
    public string? FileOf(string imageUrl)
    {
        // The URL's host does not tell: with a public address in front, only the file does.
        var path = new Uri(server, imageUrl).AbsolutePath;
        return path.StartsWith(ImagePath.PublicRoot, StringComparison.Ordinal)
            && Path.Combine(dataFolder, Uri.UnescapeDataString(path[ImagePath.PublicRoot.Length..])) is var file && File.Exists(file)
            ? file
            : null;
    }
}
