using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>A task's progress, as a front end sees it. Immutable: each report replaces the one before.</summary>
public sealed record WorkflowProgress
{
    /// <summary>0 to 100; never decreases.</summary>
    public int Percent { get; init; }

    /// <summary>Text for people: what the task is doing.</summary>
    public string Message { get; init; } = "Waiting to start";

    /// <summary>Set once the scenario's row is saved.</summary>
    public Guid? ScenarioId { get; init; }

    /// <summary>When the credits for the images were held; null before, and when unknown.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>All scenes of the task, by number; empty until a workflow that saves a scenario starts.</summary>
    public IReadOnlyList<SceneProgress> Scenes { get; init; } = [];

    /// <summary>
    /// What scenes waited for when a run of their step ended, by number. Null where one process runs all steps, and knows it better.
    /// </summary>
    public IReadOnlyDictionary<int, SceneWait>? Waiting { get; init; }

    /// <summary>RunwayML credits that the scenes that have ended cost; null when RunwayML did not say.</summary>
    public int? ImageServiceCredits { get; init; }

    /// <summary>Set just before the workflow fails.</summary>
    public TaskError? Error { get; init; }
}

/// <summary>The state of one scene, as the workflow knows it.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Status">See <see cref="SceneStatus"/>.</param>
/// <param name="ImageUrl">Permanent: absolute, or a path on this host. Null until completed.</param>
/// <param name="Reason">Why there is no image; null when there is one or one may still come.</param>
/// <param name="Note">Text for people: what was left out or changed for the image.</param>
public sealed record SceneProgress(
    int SceneNumber, SceneStatus Status, string? ImageUrl = null, SceneReason? Reason = null, string? Note = null);

/// <summary>Keeps the progress of a task, and reports all of it after every change.</summary>
/// <param name="context">The task's.</param>
/// <param name="posted">The scenes, by number.</param>
/// <param name="toImage">The numbers of those that are to have an image made.</param>
internal sealed class ProgressBoard(IWorkflowContext context, IReadOnlyList<Scene> posted, IReadOnlyList<int> toImage)
{
    private const int ImagesFrom = 65;
    private const int ImagesTo = 90;

    private readonly SceneProgress[] scenes =
        [.. posted.Select(scene => new SceneProgress(scene.SceneNumber, SceneStatus.Pending))];

    private readonly HashSet<int> unanswered = [];
    private WorkflowProgress progress = new();
    private int ended;

    public IReadOnlyList<SceneProgress> Scenes => [.. scenes];

    public int? ImageServiceCredits => progress.ImageServiceCredits;

    public int SceneCount => scenes.Length;

    /// <summary>The numbers of the scenes that get an image.</summary>
    public IReadOnlyList<int> ScenesToImage { get; } = toImage;

    public int ImagesToMake => ScenesToImage.Count;

    public int ImagesGenerated => scenes.Count(scene => scene.Status == SceneStatus.Completed);

    public void Report(int percent, string message) =>
        Publish(progress with { Percent = percent, Message = message, Scenes = Scenes });

    public void ScenarioSaved(Guid scenarioId) => progress = progress with { ScenarioId = scenarioId };

    /// <summary>Sets when the credits were held, without a report.</summary>
    public void Held(DateTimeOffset? at) => progress = progress with { HeldAt = at };

    /// <summary>Adds to the RunwayML credits, without a report.</summary>
    public void AddCost(int? credits)
    {
        if (credits is not null)
        {
            progress = progress with { ImageServiceCredits = (ImageServiceCredits ?? 0) + credits };
        }
    }

    /// <summary>Sets a scene's state, without a report.</summary>
    public void Set(SceneProgress scene) =>
        scenes[Array.FindIndex(scenes, one => one.SceneNumber == scene.SceneNumber)] = scene;

    /// <summary>Marks all scenes that would get an image as skipped.</summary>
    public void SkipImages(SceneReason reason)
    {
        foreach (var number in ScenesToImage)
        {
            Set(new SceneProgress(number, SceneStatus.Skipped, Reason: reason));
        }
    }

    public void Generating(int sceneNumber)
    {
        Set(new SceneProgress(sceneNumber, SceneStatus.Generating));
        ReportImages();
    }

    /// <summary>Sets whether a scene's order is being retried because RunwayML is unavailable.</summary>
    public void SetUnanswered(int sceneNumber, bool isUnanswered)
    {
        if (isUnanswered ? unanswered.Add(sceneNumber) : unanswered.Remove(sceneNumber))
        {
            ReportImages();
        }
    }

    public void Ended(SceneProgress scene)
    {
        Set(scene);
        ended++;
        unanswered.Remove(scene.SceneNumber);
        ReportImages();
    }

    public void Fail(TaskError error) =>
        Publish(progress with { Message = error.Message, Error = error, Scenes = Scenes });

    private void ReportImages() => Report(
        ImagesFrom + ((ImagesTo - ImagesFrom) * ended / ImagesToMake),
        unanswered.Count > 0
            ? "RunwayML does not answer; trying again"
            : $"Generating images: {ended} of {ImagesToMake} done");

    private void Publish(WorkflowProgress next)
    {
        progress = next;
        context.ReportProgress(next);
    }
}
