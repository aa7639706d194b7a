namespace ScenarioFunctions.Emulator;

/// <summary>The body of every refusal; its issues say what is wrong with the request's body, when that is the matter.</summary>
internal sealed record RunwayError(string Error, IReadOnlyList<RunwayIssue>? Issues = null)
{
    public string DocUrl { get; } = "https://docs.dev.runwayml.com/api";
}
