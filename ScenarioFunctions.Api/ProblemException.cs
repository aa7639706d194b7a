namespace ScenarioFunctions.Api;

/// <summary>A request that is answered by a problem; <see cref="RequestGuard"/> turns it into the answer.</summary>
internal sealed class ProblemException(Problem problem, params (string Name, string Value)[] headers)
    : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;

    public IReadOnlyList<(string Name, string Value)> Headers { get; } = headers;
}
