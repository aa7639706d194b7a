using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>Where a page of the list ended: the place of its last task in the order newest first.</summary>
internal sealed record TaskCursor(DateTimeOffset CreatedAt, string TaskId)
{
    /// <exception cref="InvalidCursorException">The text is no cursor.</exception>
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

    public bool IsBefore(DateTimeOffset createdAt, string taskId) =>
        createdAt < CreatedAt || (createdAt == CreatedAt && string.CompareOrdinal(taskId, TaskId) < 0);

    public override string ToString() =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes($"{CreatedAt.UtcTicks}/{TaskId}"));
}
