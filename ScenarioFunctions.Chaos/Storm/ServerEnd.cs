namespace ScenarioFunctions.Chaos.Storm;

/// <summary>The end of one server's life, and whether it was by SIGKILL.</summary>
internal sealed record ServerEnd(DateTimeOffset At, bool IsKill);
