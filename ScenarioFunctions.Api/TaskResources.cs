using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary>Turns an engine's <see cref="TaskSnapshot"/> into the <see cref="TaskResource"/> that a client sees.</summary>
internal sealed class TaskResources(IScenarioStore store, IWebhooks webhooks, SceneWaits waits, ILogger<TaskResources> logger)
{
    /// <summary>Like <see cref="ReadAsync"/>, and what its scenes wait for or when they ended, and how far the delivery of its webhook has come.</summary>
    public async Task<TaskResource> ReadWholeAsync(string baseUrl, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var resource = task.State.IsFinal()
            ? Of(baseUrl, task, await ReadScenesAsync(task.TaskId, cancellationToken))
            : WithWaits(await ReadAsync(baseUrl, task, cancellationToken));
        return task.Callback is null ? resource : resource with { Webhook = await ReadWebhookAsync(task, task.Callback, cancellationToken) };
    }

    /// <summary>The task with what its scenes wait for now; the same object when nothing of that has changed.</summary>
    public TaskResource WithWaits(TaskResource task)
    {
        if (task.Status.IsFinal())
        {
            return task;
        }

        IReadOnlyList<SceneResource> scenes = [.. task.Scenes.Select(scene => scene with { Waiting = WaitOf(task.TaskId, scene) })];
        return scenes.SequenceEqual(task.Scenes) ? task : task with { Scenes = scenes };
    }

    private WaitingResource? WaitOf(string taskId, SceneResource scene) =>
        scene.Status == SceneStatus.Generating && waits.Find(taskId, scene.SceneNumber, scene.LastWait) is { } wait
            ? new WaitingResource(wait.For, wait.Place, wait.Percent, wait.Attempt, wait.Attempts)
            : null;

    /// <summary>Also reads the stored scenes when they may be newer than what the engine knows.</summary>
    /// <param name="baseUrl">From <see cref="PublicUrls.BaseOf"/>.</param>
    /// <param name="task">As the engine has it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<TaskResource> ReadAsync(string baseUrl, TaskSnapshot task, CancellationToken cancellationToken) =>
        Of(baseUrl, task, SceneOutcomes.NeedStore(task) ? await ReadScenesAsync(task.TaskId, cancellationToken) : []);

    private static TaskResource Of(string baseUrl, TaskSnapshot task, IReadOnlyList<SceneRow> rows)
    {
        var stored = rows.ToDictionary(row => row.Scene.SceneNumber);
        IReadOnlyList<SceneResource> scenes = [.. SceneOutcomes.Of(task, rows).Select(scene =>
            stored.TryGetValue(scene.SceneNumber, out var row) ? SceneOf(baseUrl, task, scene).WithHistory(row) : SceneOf(baseUrl, task, scene))];
        return new TaskResource
        {
            TaskId = task.TaskId,
            TaskType = task.TaskType,
            Status = task.State,
            Progress = task.Progress.Percent,
            Message = MessageOf(task),
            CurrentStep = StageOf(task),
            ShortId = task.ShortId,
            UserId = task.UserId,
            ScenarioId = task.Progress.ScenarioId,
            ErrorMessage = ErrorOf(task)?.Message,
            CreatedAt = ApiJson.Time(task.CreatedAt),
            UpdatedAt = ApiJson.Time(task.UpdatedAt),
            CompletedAt = task.State.IsFinal() ? ApiJson.Time(task.UpdatedAt) : null,
            HeldAt = ApiJson.Time(task.Progress.HeldAt),
            Metadata = new(task.ShortId, task.UserId, task.Title, task.SceneCount, task.Progress.ScenarioId, ServiceCreditsOf(task, rows)),
            Scenes = scenes,
            Result = task.Result is { } result ? ResultOf(result, scenes) : null,
            Error = ErrorOf(task) is { } error ? new(error.Code, error.Message) : null,
        };
    }

    private async Task<IReadOnlyList<SceneRow>> ReadScenesAsync(string taskId, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ListScenesAsync(ScenarioIds.Scenario(taskId), cancellationToken);
        }
        catch (StorageException e)
        {
            logger.ScenesNotRead(e, taskId);
            return [];
        }
    }

    private async Task<WebhookResource> ReadWebhookAsync(TaskSnapshot task, TaskCallback callback, CancellationToken cancellationToken)
    {
        var hasEnded = task.State.IsFinal();
        var delivery = (hasEnded ? await webhooks.FindAsync(task, cancellationToken) : null)
            ?? new WebhookDelivery { Status = hasEnded ? WebhookStatus.Pending : WebhookStatus.Waiting };
        return new WebhookResource(
            hasEnded ? WebhookMessage.TypeOf(task.State) : null, delivery.Status, callback.Origin, delivery.Attempts,
            delivery.LastAttemptAt is { } last ? ApiJson.Time(last) : null,
            delivery.NextAttemptAt is { } next ? ApiJson.Time(next) : null,
            delivery.Error);
    }

    private static SceneResource SceneOf(string baseUrl, TaskSnapshot task, SceneProgress scene) => new(
        scene.SceneNumber,
        scene.Status,
        scene.ImageUrl is { } url ? PublicUrls.Absolute(baseUrl, url) : null,
        scene.Reason,
        scene.Note)
    {
        LastWait = task.Progress.Waiting?.GetValueOrDefault(scene.SceneNumber),
    };

    private static TaskResultResource ResultOf(SaveScenarioResult result, IReadOnlyList<SceneResource> scenes) =>
        new(
            result.ScenarioId, result.SceneCount, result.ImagesGenerated, result.CreditsCharged,
            result.ImageServiceCredits, scenes);

    /// <summary>The stored scenes include images that were still in progress when the task ended.</summary>
    private static int? ServiceCreditsOf(TaskSnapshot task, IReadOnlyList<SceneRow> rows) =>
        rows.Any(row => row.State.ServiceCredits is not null)
            ? rows.Sum(row => row.State.ServiceCredits)
            : task.Result?.ImageServiceCredits ?? task.Progress.ImageServiceCredits;

    private static string MessageOf(TaskSnapshot task) => task.State switch
    {
        TaskState.Cancelled => "Cancelled",
        TaskState.Failed when ErrorOf(task) is { } error => error.Message,
        _ => task.Progress.Message,
    };

    private static string StageOf(TaskSnapshot task) => (task.State, task.Progress.Percent) switch
    {
        (TaskState.Completed, _) => "Completed",
        (TaskState.Failed, _) => "Failed",
        (TaskState.Cancelled, _) => "Cancelled",
        (_, < 5) => "Waiting to start",
        (_, < 25) => "Saving the scenario",
        (_, < 65) => "Saving the scenes",
        (_, 65) when task.Progress.Scenes.All(HasNoOrder) => "Checking credits",
        (_, < 90) => "Generating images",
        _ => "Finishing",
    };

    private static bool HasNoOrder(SceneProgress scene) =>
        scene.Status == SceneStatus.Pending || scene.Reason is SceneReason.FirstScene or SceneReason.NoImagePrompt;

    private static TaskError? ErrorOf(TaskSnapshot task) =>
        task.State == TaskState.Failed ? task.Error ?? task.Progress.Error : null;
}

/// <summary>
/// The state of each scene. A cancelled or failed workflow reports no more, but its last images may still end: then the
/// store is newer than the engine.
/// </summary>
internal static class SceneOutcomes
{
    /// <summary>Whether the store may be newer than <paramref name="task"/>.</summary>
    public static bool NeedStore(TaskSnapshot task) =>
        task.State is TaskState.Cancelled or TaskState.Failed && !Reported(task).All(HasEnded);

    /// <param name="task">As the engine knows it.</param>
    /// <param name="rows">The stored scenes; empty when they were not needed or could not be read.</param>
    public static IReadOnlyList<SceneProgress> Of(TaskSnapshot task, IReadOnlyList<SceneRow> rows)
    {
        var reported = Reported(task);
        if (task.State is not (TaskState.Cancelled or TaskState.Failed))
        {
            return reported;
        }

        var stored = rows.ToDictionary(row => row.Scene.SceneNumber, row => row.State);
        return [.. reported.Select(scene => Ended(task.State, scene, stored.GetValueOrDefault(scene.SceneNumber)))];
    }

    private static IReadOnlyList<SceneProgress> Reported(TaskSnapshot task) =>
        task.Result?.Scenes
        ?? (task.Progress.Scenes.Count > 0
            ? task.Progress.Scenes
            : [.. Enumerable.Range(1, task.SceneCount).Select(number => new SceneProgress(number, SceneStatus.Pending))]);

    private static SceneProgress Ended(TaskState task, SceneProgress reported, SceneState? stored)
    {
        if (HasEnded(reported))
        {
            return reported;
        }

        var scene = stored is null
            ? reported
            : new SceneProgress(reported.SceneNumber, stored.Status, stored.ImageUrl, stored.Reason, stored.Note);
        return (task, scene.Status) switch
        {
            (TaskState.Cancelled, SceneStatus.Pending) =>
                scene with { Status = SceneStatus.Cancelled, Reason = SceneReason.Cancelled },
            (TaskState.Failed, SceneStatus.Pending or SceneStatus.Generating) =>
                scene with { Status = SceneStatus.Failed, Reason = null },
            _ => scene, // In a cancelled task, a scene that is still generating will end soon.
        };
    }

    private static bool HasEnded(SceneProgress scene) => !scene.Status.IsInProgress();
}
