namespace ScenarioFunctions.Local.Cli;

/// <summary>Ends a command.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">For a person, whole: what is wrong and what to do about it. Goes to standard error.</param>
/// <param name="inner">The cause.</param>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
