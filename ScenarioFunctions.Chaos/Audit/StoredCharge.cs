namespace ScenarioFunctions.Chaos.Audit;

/// <summary>A row of <c>credit_ledger</c>.</summary>
internal sealed record StoredCharge(string Reference, string UserId, string Action, long Amount);
