using System.Globalization;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Emulator;

/// <summary>Words in a prompt that control the emulator, anywhere in its text.</summary>
/// <param name="Fail"><c>emulator:fail</c>: the output is unusable.</param>
/// <param name="Reject"><c>emulator:reject</c>: moderation rejects the prompt.</param>
/// <param name="Down"><c>emulator:down</c>: the service is unavailable.</param>
/// <param name="Empty"><c>emulator:empty</c>: the account has too few credits.</param>
/// <param name="Capped"><c>emulator:capped</c>: the model's daily limit is reached.</param>
/// <param name="Latency"><c>emulator:slow=SECONDS</c>, up to an hour; null means <see cref="EmulatorSettings.Latency"/>.</param>
internal sealed partial record PromptWords(bool Fail, bool Reject, bool Down, bool Empty, bool Capped, TimeSpan? Latency)
{
    private const double MaxSeconds = 3600;

    public static PromptWords In(string prompt) => new(
        prompt.Contains("emulator:fail", StringComparison.OrdinalIgnoreCase),
        prompt.Contains("emulator:reject", StringComparison.OrdinalIgnoreCase),
        prompt.Contains("emulator:down", StringComparison.OrdinalIgnoreCase),
        prompt.Contains("emulator:empty", StringComparison.OrdinalIgnoreCase),
        prompt.Contains("emulator:capped", StringComparison.OrdinalIgnoreCase),
        Slow.Match(prompt) is { Success: true } match
            ? TimeSpan.FromSeconds(Math.Min(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), MaxSeconds))
            : null);

    [GeneratedRegex(@"emulator:slow=([0-9]{1,9}(\.[0-9]{1,9})?)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Slow { get; }
}
