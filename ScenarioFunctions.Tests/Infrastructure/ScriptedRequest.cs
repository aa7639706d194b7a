namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>A request that a <see cref="ScriptedServer"/> got; header names in any case.</summary>
internal sealed record ScriptedRequest(
    string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body);
