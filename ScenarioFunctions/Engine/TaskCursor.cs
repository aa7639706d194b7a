using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>
/// A task's position in the order newest first, for an engine without a better one. As text it is the cursor of the page that
/// ends with this task.
/// </summary>
internal sealed record TaskCursor(DateTimeOffset CreatedAt, string TaskId)
{
    /// <exception cref="InvalidCursorException">The text is not a cursor.</exception>
    public static TaskCursor Parse(string text) => PageCursor.Read(text) is var (createdAt, taskId)
        ? new TaskCursor(createdAt, taskId)
        : throw new InvalidCursorException();

    /// <summary>Whether the other position comes later in the list.</summary>
    public bool IsFollowedBy(TaskCursor other) =>
        other.CreatedAt < CreatedAt || (other.CreatedAt == CreatedAt && string.CompareOrdinal(other.TaskId, TaskId) < 0);

    public override string ToString() => PageCursor.Write(CreatedAt, TaskId);
}
