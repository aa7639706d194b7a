using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>Keeps what is known of a run and reports it, whole, after every change.</summary>
internal sealed class ProgressBoard(IWorkflowContext context, int sceneCount)
{
    private const int ImagesFrom = 65;
    private const int ImagesTo = 90;

    private readonly SceneProgress[] scenes =
        [.. Enumerable.Range(1, sceneCount).Select(number => new SceneProgress(number, SceneStatus.Pending))];

    private WorkflowProgress progress = new();
    private int ended;

    public IReadOnlyList<SceneProgress> Scenes => [.. scenes];

    public int SceneCount => scenes.Length;

    public int ImagesToMake => sceneCount - 1;

    public int ImagesGenerated => scenes.Count(scene => scene.Status == SceneStatus.Completed);

    public void Report(int percent, string message) =>
        Publish(progress with { Percent = percent, Message = message, Scenes = Scenes });

    public void ScenarioSaved(Guid scenarioId) => progress = progress with { ScenarioId = scenarioId };

    /// <summary>Sets a scene without a report of its own.</summary>
    public void Set(SceneProgress scene) => scenes[scene.SceneNumber - 1] = scene;

    public void Generating(int sceneNumber)
    {
        Set(new SceneProgress(sceneNumber, SceneStatus.Generating));
        ReportImages();
    }

    public void Ended(SceneProgress scene)
    {
        Set(scene);
        ended++;
        ReportImages();
    }

    public void Fail(TaskError error) =>
        Publish(progress with { Message = error.Message, Error = error, Scenes = Scenes });

    private void ReportImages() => Report(
        ImagesFrom + ((ImagesTo - ImagesFrom) * ended / ImagesToMake),
        $"Generating images: {ended} of {ImagesToMake} done");

    private void Publish(WorkflowProgress next)
    {
        progress = next;
        context.ReportProgress(next);
    }
}
