namespace ScenarioFunctions.Chaos.Audit;

/// <summary>A row of <c>generations</c>.</summary>
internal sealed record StoredGeneration(string Id, string Prompt, bool Failed, bool Deleted, DateTimeOffset CreatedAt);
