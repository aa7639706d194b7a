using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>A scenario as it is in the database.</summary>
/// <param name="Row">The scenario itself.</param>
/// <param name="CreatedAt">When it was saved.</param>
/// <param name="Scenes">By number.</param>
/// <param name="Images">Of all scenes: those that were made, are being made, or did not come about; oldest first.</param>
public sealed record StoredScenario(
    ScenarioRow Row, DateTimeOffset CreatedAt, IReadOnlyList<SceneRow> Scenes, IReadOnlyList<SceneImage> Images);

/// <summary>One row of <c>video_scene_images</c>.</summary>
public sealed record SceneImage
{
    /// <summary>The scene's own id, of an image that the scenario was saved with.</summary>
    public required Guid Id { get; init; }

    public required Guid SceneId { get; init; }

    /// <summary>From 1. An image that did not come about leaves its number to the next.</summary>
    public required int Version { get; init; }

    /// <summary>The task that made it; null where that is not known.</summary>
    public string? TaskId { get; init; }

    public string ImagePrompt { get; init; } = "";

    public string? ProductReferenceImageUrl { get; init; }

    public required SceneState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An image to be made anew.</summary>
/// <param name="Id"><see cref="ScenarioIds.Scene"/> of the task that makes it.</param>
/// <param name="RunId"><see cref="ScenarioIds.Scenario"/> of that task.</param>
/// <param name="TaskId">That task.</param>
/// <param name="SceneId">The scene that it is for.</param>
/// <param name="Prompt">What it shows.</param>
/// <param name="ProductReferenceImageUrl">As posted.</param>
/// <param name="Model">Null leaves that to the settings.</param>
/// <param name="Seed">Null leaves that to the scenario, or to RunwayML.</param>
public sealed record NewImage(
    Guid Id, Guid RunId, string TaskId, Guid SceneId, string Prompt, string? ProductReferenceImageUrl, string? Model, long? Seed);

/// <summary>A scenario in a list.</summary>
/// <param name="Row">Without what only one scenario tells: its details hold the title.</param>
/// <param name="CreatedAt">When it was saved.</param>
/// <param name="Images">How many of its scenes show an image.</param>
public sealed record ListedScenario(ScenarioRow Row, DateTimeOffset CreatedAt, int Images)
{
    public ScenarioCursor Cursor => new(CreatedAt, Row.Id);
}

/// <summary>Which scenarios to list.</summary>
/// <param name="ShortId">Only this short's; null for all.</param>
/// <param name="UserId">Only this user's; null for all users'.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="After">The last one of the page before; null for the first page.</param>
public sealed record ScenarioQuery(string? ShortId, string? UserId, int Limit, ScenarioCursor? After);

/// <summary>A scenario's place in the order newest first; as text, the cursor of the page that ends there.</summary>
public sealed record ScenarioCursor(DateTimeOffset CreatedAt, Guid Id)
{
    /// <returns>Null when the text is no cursor.</returns>
    public static ScenarioCursor? Parse(string text)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('/', 2);
            var ticks = long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture);
            return new ScenarioCursor(new DateTimeOffset(ticks, TimeSpan.Zero), Guid.Parse(parts[1]));
        }
        catch (Exception exception) when
            (exception is FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{CreatedAt.UtcTicks}/{Id}"));
}
