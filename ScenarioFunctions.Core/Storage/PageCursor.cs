using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ScenarioFunctions.Core.Storage;

/// <summary>The text of a cursor: the time and the id of the last entry of a page, newest first.</summary>
public static class PageCursor
{
    public static string Write(DateTimeOffset createdAt, string id) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{createdAt.UtcTicks}/{id}"));

    /// <returns>Null when the text is not a cursor.</returns>
    public static (DateTimeOffset CreatedAt, string Id)? Read(string text)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('/', 2);
            var ticks = long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture);
            return (new DateTimeOffset(ticks, TimeSpan.Zero), parts[1]);
        }
        catch (Exception exception) when
            (exception is FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
