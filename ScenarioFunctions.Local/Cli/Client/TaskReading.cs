namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>A task as it was read.</summary>
/// <param name="Task">What is understood of it.</param>
/// <param name="Json">All of it, as the API told it.</param>
/// <param name="ETag">To ask whether it has changed since; null when the server gave none.</param>
/// <param name="RetryAfter">When the server would like to be asked again.</param>
internal sealed record TaskReading(SaveTask Task, string Json, string? ETag, TimeSpan? RetryAfter);
