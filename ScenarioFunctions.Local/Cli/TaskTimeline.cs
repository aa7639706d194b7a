using System.Globalization;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Local.Cli;

/// <summary>When what happened, as far as the service has kept it: a line for each stage of the task, and for each scene.</summary>
internal static class TaskTimeline
{
    /// <returns>In order of time. Empty when nothing is known but the start and the end.</returns>
    public static IReadOnlyList<string> Of(TaskResource task)
    {
        var known = task.Scenes.Select(scene => LineOf(task, scene)).OfType<(string At, string What)>().ToList();
        if (task.HeldAt is { } held)
        {
            known.Add((held, "credits held"));
        }

        if (known.Count == 0)
        {
            return [];
        }

        known.Insert(0, (task.CreatedAt, "started"));
        if (task.CompletedAt is { } end)
        {
            known.Add((end, EnumNames.Of(task.Status)));
        }

        return [.. known.OrderBy(line => line.At, StringComparer.Ordinal).Select(line => $"{Time(line.At)}  {line.What}")];
    }

    private static (string At, string What)? LineOf(TaskResource task, SceneResource scene)
    {
        var first = scene.OrderedAt ?? scene.StoredAt ?? scene.EndedAt;
        string?[] stages =
        [
            Stage(scene.OrderedAt, scene.Attempt > 1 ? $"ordered (attempt {scene.Attempt})" : "ordered"),
            Stage(scene.StoredAt, "stored"),
            Stage(scene.EndedAt, EndOf(task, scene)),
        ];
        return first is null ? null : (first, $"scene {scene.SceneNumber}: {string.Join(", ", stages.OfType<string>())}");

        string? Stage(string? at, string what) => at is null ? null : at == first ? what : $"{what} {Time(at)}";
    }

    private static string EndOf(TaskResource task, SceneResource scene) =>
        scene.Reason is { } reason
            ? SceneReasonTexts.Plain(reason) + (scene.FailureCode is null ? "" : $" ({scene.FailureCode})")
            : task.Result?.CreditsCharged == 0 ? "made" : "charged";

    /// <summary>The time of day of the API's text, which is in UTC.</summary>
    private static string Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUniversalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
