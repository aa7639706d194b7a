using System.Text.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Workflow;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli.Save;

/// <summary>Shows what became of each scene.</summary>
internal sealed class SceneTable(IAnsiConsole console, ImageLocator images)
{
    /// <summary>Borders, padding, number and status: what the last column cannot have.</summary>
    private const int OtherColumns = 28;

    public void Write(IReadOnlyList<SceneProgress> scenes)
    {
        var places = scenes
            .Where(scene => scene.ImageUrl is not null)
            .ToDictionary(scene => scene.SceneNumber, scene => images.Locate(scene.ImageUrl!));
        var width = places.Values.Append("").Max(place => place.Length) + OtherColumns;
        var fits = width <= console.Profile.Width;
        console.Write(Table(scenes, fits ? places : []));
        if (!fits)
        {
            WriteLines(places);
        }
    }

    /// <summary>The status as the API names it.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonSerializer.SerializeToElement(value).GetString()!;

    private static Table Table(IReadOnlyList<SceneProgress> scenes, Dictionary<int, string> places)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn("Scene").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Status").NoWrap());
        table.AddColumn(places.Count > 0 ? "Image, or why there is none" : "Why");
        foreach (var scene in scenes)
        {
            var what = places.GetValueOrDefault(scene.SceneNumber, Why(scene));
            var note = scene.Note is null ? "" : CliText.OneLine(scene.Note);
            table.AddRow(
                new Text($"{scene.SceneNumber}"),
                new Text(Name(scene.Status), Colour(scene.Status)),
                new Text(string.Join('\n', new[] { what, note }.Where(line => line.Length > 0))));
        }

        return table;
    }

    /// <summary>Past the console, which would break a path in two: the terminal wraps it, and it can still be copied.</summary>
    private void WriteLines(Dictionary<int, string> places)
    {
        var output = console.Profile.Out.Writer;
        output.WriteLine("Images, by scene:");
        foreach (var (number, place) in places)
        {
            output.WriteLine($"{number,4}  {place}");
        }
    }

    private static string Why(SceneProgress scene) =>
        scene.Reason is { } reason ? $"{SceneReasonTexts.Plain(reason)} ({Name(reason)})" : "";

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
