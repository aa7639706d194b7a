namespace ScenarioFunctions.Local.Emulator;

/// <summary>The body of every refusal.</summary>
/// <param name="Issues">What is wrong with the request's body; null when that is not the matter.</param>
internal sealed record RunwayError(string Error, IReadOnlyList<RunwayIssue>? Issues = null)
{
    public string DocUrl { get; } = "https://docs.dev.runwayml.com/api";
}
