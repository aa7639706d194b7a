namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>The API's <c>application/problem+json</c>.</summary>
/// <param name="Title">What kind of problem.</param>
/// <param name="Detail">What is wrong here.</param>
/// <param name="Errors">Faults by JSON path.</param>
internal sealed record ApiProblem(
    string? Title, string? Detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors);
