namespace ScenarioFunctions.Chaos.Audit;

/// <summary>A row of <c>tasks</c>.</summary>
internal sealed record StoredTask(string Id, string State, bool IsSettled);
