namespace ScenarioFunctions.Local.Storage;

/// <summary>The content of <c>server.json</c>: the server that holds the data folder.</summary>
internal sealed record ServerAnnouncement(Uri Url, int ProcessId);
