using UUIDNext;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Ids that follow from the task id, so that a step run twice writes the same rows.</summary>
public static class ScenarioIds
{
    private static readonly Guid Namespace = new("6f1c8d0a-52c5-4c7e-9f0e-0c6a4f6d2b11");

    /// <summary>The UUID v5 of the scenario that <paramref name="taskId"/> saves.</summary>
    public static Guid Scenario(string taskId) => Uuid.NewNameBased(Namespace, taskId);

    /// <summary>The UUID v5 of scene <paramref name="sceneNumber"/> (1-based) of that scenario.</summary>
    public static Guid Scene(string taskId, int sceneNumber) => Uuid.NewNameBased(Namespace, $"{taskId}/{sceneNumber}");

    /// <summary>The task id that a user's <c>Idempotency-Key</c> always leads to.</summary>
    public static string TaskForKey(string userId, string idempotencyKey) =>
        Uuid.NewNameBased(Namespace, $"idempotency-key/{userId}/{idempotencyKey}").ToString();

    /// <summary>The task id that an <c>Idempotency-Key</c> led to in 0.1.0, whoever's it was.</summary>
    public static string TaskForKey(string idempotencyKey) =>
        Uuid.NewNameBased(Namespace, $"idempotency-key/{idempotencyKey}").ToString();
}
