using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Settings;

/// <summary>
/// The keys that another service knows us by: the one in use and those that may follow it. When the service refuses the one in
/// use, the next is taken, so that a key can be replaced there while this program runs.
/// </summary>
/// <param name="setting">Where they come from, for the log.</param>
/// <param name="text">One key, or several separated by commas. Never logged.</param>
public sealed partial class KeyRing(string setting, string text)
{
    private volatile string[] keys = Split(text);
    private volatile string current = Split(text)[0];

    /// <summary>The one in use.</summary>
    public string Current => current;

    /// <summary>Takes other keys from now on.</summary>
    public void Replace(string text) => (keys, current) = (Split(text), Split(text)[0]);

    /// <summary>Each key of a setting that may have several.</summary>
    public static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } keys ? keys : [""];

    /// <summary>Makes a call with the key in use and, while that is refused, with each of the others.</summary>
    /// <param name="call">Must do nothing when its key is refused.</param>
    /// <param name="isRefused">Whether an answer says that the key was refused.</param>
    /// <param name="logger">Is told of a change.</param>
    /// <returns>The last answer.</returns>
    public async Task<T> TryAsync<T>(Func<string, Task<T>> call, Func<T, bool> isRefused, ILogger logger)
    {
        for (var attempt = 1; ; attempt++)
        {
            var key = current;
            var answer = await call(key);
            if (attempt >= keys.Length || !isRefused(answer))
            {
                return answer;
            }

            (answer as IDisposable)?.Dispose();
            MoveOn(key, logger);
        }
    }

    /// <summary>The text without any of the keys.</summary>
    public string Redact(string text, string instead) =>
        keys.Where(key => key.Length > 0).Aggregate(text, (rest, key) => rest.Replace(key, instead, StringComparison.Ordinal));

    public override bool Equals(object? obj) => obj is KeyRing other && keys.SequenceEqual(other.keys);

    public override int GetHashCode() => keys.Length;

    /// <summary>Leaves the keys out of logs.</summary>
    public override string ToString() => $"{keys.Length} keys";

    /// <summary>Of many calls that are refused at once, the first moves on.</summary>
    private void MoveOn(string refused, ILogger logger)
    {
        var all = keys;
        var index = Array.IndexOf(all, refused);
        var next = (index + 1) % all.Length;
        if (ReferenceEquals(Interlocked.CompareExchange(ref current, all[next], refused), refused))
        {
            Moved(logger, index + 1, setting, next + 1);
        }
    }

    [LoggerMessage(150, LogLevel.Warning, "Key {Number} of {Setting} was refused; key {Next} is used from now on")]
    private static partial void Moved(ILogger logger, int number, string setting, int next);
}
