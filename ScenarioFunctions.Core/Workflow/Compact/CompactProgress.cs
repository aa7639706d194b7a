using System.Text.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Workflow.Compact;

/// <summary>
/// Progress with one short line per scene: what all URLs begin with, and each note, is written once. Still
/// readable for whoever looks at the instance in a portal.
/// </summary>
public sealed record CompactProgress
{
    /// <summary>A text of this length leaves room for 100 scenes; in JSON a letter may take six characters.</summary>
    private const int MaxText = 600;

    public int Percent { get; init; }
    public string Message { get; init; } = "";
    public Guid? ScenarioId { get; init; }
    public TaskError? Error { get; init; }

    /// <summary>What the URL of every image begins with.</summary>
    public string? UrlBase { get; init; }
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>By scene number, each as <see cref="SceneLine"/>.</summary>
    public IReadOnlyList<SceneLine> Scenes { get; init; } = [];

    public static CompactProgress Of(WorkflowProgress progress)
    {
        var urlBase = CommonStart(progress.Scenes.Select(scene => scene.ImageUrl).OfType<string>());
        var notes = progress.Scenes.Select(scene => scene.Note).OfType<string>().Distinct().ToList();
        return new CompactProgress
        {
            Percent = progress.Percent,
            Message = Cut(progress.Message),
            ScenarioId = progress.ScenarioId,
            Error = progress.Error is { } error ? error with { Message = Cut(error.Message) } : null,
            UrlBase = urlBase,
            Notes = notes.Count == 0 ? null : notes,
            Scenes = [.. progress.Scenes.Select(scene => new SceneLine(
                scene.Status,
                scene.Reason,
                scene.ImageUrl?[urlBase!.Length..],
                scene.Note is null ? null : notes.IndexOf(scene.Note)))],
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
        Error = Error,
        Scenes = [.. Scenes.Select((scene, index) => new SceneProgress(
            index + 1,
            scene.Status,
            scene.UrlEnd is null ? null : UrlBase + scene.UrlEnd,
            scene.Reason,
            scene.Note is { } note ? Notes![note] : null))],
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
