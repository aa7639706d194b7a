using System.Net;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The server cannot be reached, or did not answer in time.</summary>
/// <param name="message">Text for people: which server, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class ServerUnreachableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The API answered with an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="problem">The problem details; null when the answer had none.</param>
internal sealed class ApiProblemException(HttpStatusCode status, Problem? problem)
    : Exception(problem?.Detail ?? $"The server answered {(int)status} {status}.")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Faults by JSON path; empty when there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; } =
        problem?.Errors ?? new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>One of <see cref="ExitCodes"/>: bad input, or any other failure.</summary>
    public int ExitCode => Status switch
    {
        HttpStatusCode.Unauthorized => ExitCodes.Failed,
        >= HttpStatusCode.InternalServerError => ExitCodes.Failed,
        _ => ExitCodes.BadInput,
    };

    /// <summary>Text for people: what is wrong, one line per fault, and what to do.</summary>
    /// <param name="place">Translates a JSON path into the user's words; null shows the path.</param>
    public string Explain(Func<string, string>? place = null)
    {
        var faults =
            from error in Errors
            from fault in error.Value
            select Environment.NewLine + "  " + PlainText.OneLine($"{place?.Invoke(error.Key) ?? error.Key}: {fault}");
        return Heading() + string.Concat(faults) + Advice();
    }

    /// <summary>The problem's detail is written for programs; where there are faults or advice, they replace it.</summary>
    private string Heading() => PlainText.OneLine((Errors.Count, Status, problem) switch
    {
        ( > 0, _, { Title: var title }) => $"{title}:",
        (_, HttpStatusCode.Unauthorized, { Title: var title }) => $"{title}.",
        _ => Message,
    });

    private string Advice() => Status switch
    {
        HttpStatusCode.Unauthorized =>
            $"{Environment.NewLine}The server needs an API key: set API_KEY to the value that it was started with.",
        HttpStatusCode.ServiceUnavailable => $"{Environment.NewLine}Try again in a moment.",
        _ => "",
    };
}
