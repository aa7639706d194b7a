using System.Globalization;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>Where a process kills itself: before or after the nth time (from 1) that it does an act.</summary>
internal sealed record KillPoint(string Act, bool IsAfter, int Occurrence)
{
    /// <summary>The environment variable that holds one, such as <c>append:after:3</c>.</summary>
    public const string Variable = "CHAOS_KILL";

    public static KillPoint Parse(string text) => text.Split(':') switch
    {
        [var act, "before", var nth] => new(act, false, int.Parse(nth, CultureInfo.InvariantCulture)),
        [var act, "after", var nth] => new(act, true, int.Parse(nth, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"{Variable} must be ACT:before:N or ACT:after:N, not '{text}'."),
    };

    public override string ToString() => $"{Act}:{(IsAfter ? "after" : "before")}:{Occurrence}";
}
