using System.Net;

namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>The API refused, or could not do, what was asked.</summary>
internal sealed class ApiProblemException(HttpStatusCode status, ApiProblem problem)
    : Exception(problem.Detail ?? problem.Title ?? $"The server answered {(int)status} {status}.")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Faults by JSON path; empty when there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; } =
        problem.Errors ?? new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>One of <see cref="ExitCodes"/>: whether what was given was wrong, or something else was.</summary>
    public int ExitCode => Status switch
    {
        HttpStatusCode.Unauthorized => ExitCodes.Failed,
        >= HttpStatusCode.InternalServerError => ExitCodes.Failed,
        _ => ExitCodes.BadInput,
    };

    /// <summary>For a person: what is wrong, each fault on a line of its own, and what to do.</summary>
    /// <param name="place">Tells a JSON path in the caller's own words; as it is when null.</param>
    public string Explain(Func<string, string>? place = null)
    {
        var faults =
            from error in Errors
            from fault in error.Value
            select $"{Environment.NewLine}  {place?.Invoke(error.Key) ?? error.Key}: {fault}";
        return Heading() + string.Concat(faults) + Advice();
    }

    /// <summary>The detail of a problem speaks to programs where the faults, or the advice, speak to people.</summary>
    private string Heading() => CliText.OneLine((Errors.Count, Status) switch
    {
        ( > 0, _) => $"{problem.Title}:",
        (_, HttpStatusCode.Unauthorized) => $"{problem.Title}.",
        _ => Message,
    });

    private string Advice() => Status switch
    {
        HttpStatusCode.Unauthorized =>
            $"{Environment.NewLine}The server wants an API key: set API_KEY to the one that it was started with.",
        HttpStatusCode.ServiceUnavailable => $"{Environment.NewLine}Try again in a moment.",
        _ => "",
    };
}
