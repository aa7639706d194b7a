using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>
/// A task's position in the order newest first, for an engine without a better one. As text it is the cursor of the page that
/// ends with this task.
/// </summary>
internal sealed record TaskCursor(DateTimeOffset CreatedAt, string TaskId)
{
    /// <exception cref="InvalidCursorException">The text is not a cursor.</exception>
    public static TaskCursor Parse(string text)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text)).Split('/', 2);
            var ticks = long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture);
            return new TaskCursor(new DateTimeOffset(ticks, TimeSpan.Zero), parts[1]);
        }
        catch (Exception exception) when
            (exception is FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidCursorException();
        }
    }

    /// <summary>Whether the other position comes later in the list.</summary>
    public bool IsFollowedBy(TaskCursor other) =>
        other.CreatedAt < CreatedAt || (other.CreatedAt == CreatedAt && string.CompareOrdinal(other.TaskId, TaskId) < 0);

    public override string ToString() =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes($"{CreatedAt.UtcTicks}/{TaskId}"));
}
