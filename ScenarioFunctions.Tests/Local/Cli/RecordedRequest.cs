namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>What a scripted server was asked.</summary>
internal sealed record RecordedRequest(string Line, string Body, string Authorization, string IfNoneMatch, string Key);
