namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>The server could not be asked, or did not answer in time.</summary>
/// <param name="message">For a person: which server, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class ServerUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
