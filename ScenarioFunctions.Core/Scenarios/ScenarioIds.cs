using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UUIDNext;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Ids derived from the task id, so that a step that runs twice writes the same rows.</summary>
public static class ScenarioIds
{
    private static readonly Guid Namespace = new("6f1c8d0a-52c5-4c7e-9f0e-0c6a4f6d2b11");

    /// <summary>The UUID v5 of the scenario that <paramref name="taskId"/> saves.</summary>
    public static Guid Scenario(string taskId) => Uuid.NewNameBased(Namespace, taskId);

    /// <summary>The UUID v5 of scene <paramref name="sceneNumber"/> (1-based) of that scenario.</summary>
    public static Guid Scene(string taskId, int sceneNumber) => Uuid.NewNameBased(Namespace, $"{taskId}/{sceneNumber}");

    /// <summary>The ids of all scenes that a task may have.</summary>
    public static IEnumerable<Guid> ScenesOf(string taskId) =>
        Enumerable.Range(1, ScenarioParser.MaxScenes).Select(number => Scene(taskId, number));

    /// <summary>A new task's id: the user's prefix, the time in seconds, and random bits.</summary>
    public static string NewTask(string userId, DateTimeOffset now)
    {
        Span<byte> rest = stackalloc byte[12];
        RandomNumberGenerator.Fill(rest);
        BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)now.ToUnixTimeSeconds()); // ids made one after the other are near each other in an index
        return TaskOf(userId, rest);
    }

    /// <summary>The task id that a user's <c>Idempotency-Key</c> always leads to.</summary>
    public static string TaskForKey(string userId, string idempotencyKey) =>
        TaskOf(userId, SHA256.HashData(Encoding.UTF8.GetBytes($"idempotency-key/{userId}/{idempotencyKey}")).AsSpan(0, 12));

    /// <summary>
    /// The prefix of the ids of all tasks of a user, which a task hub can search for. About one other user in four billion
    /// has the same prefix.
    /// </summary>
    public static string TasksOf(string userId) => TaskForKey(userId, "")[..9];

    /// <summary>The user's prefix in a task's id. The ids of 0.1.0 have none, so each of their tasks counts as another user's.</summary>
    public static string UserOf(string taskId) => taskId.Length < 9 ? taskId : taskId[..9];

    /// <summary>The task id for an <c>Idempotency-Key</c> in 0.1.0, where keys were shared by all users.</summary>
    public static string TaskForKey(string idempotencyKey) =>
        Uuid.NewNameBased(Namespace, $"idempotency-key/{idempotencyKey}").ToString();

    /// <summary>The reference of the grant with this <c>Idempotency-Key</c>.</summary>
    public static string GrantForKey(string userId, string idempotencyKey) =>
        $"grant:{Uuid.NewNameBased(Namespace, $"grant/{userId}/{idempotencyKey}")}";

    /// <summary>The <c>webhook-id</c> of the event that a task's run has ended.</summary>
    public static string Webhook(string taskId, int run) => $"msg_{Uuid.NewNameBased(Namespace, $"webhook/{taskId}/{run}"):N}";

    /// <summary>A UUID of version 8 whose first four bytes are the user's prefix.</summary>
    private static string TaskOf(string userId, ReadOnlySpan<byte> rest)
    {
        Span<byte> id = stackalloc byte[16];
        SHA256.HashData(Encoding.UTF8.GetBytes(userId)).AsSpan(0, 4).CopyTo(id);
        rest.CopyTo(id[4..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true).ToString();
    }
}
