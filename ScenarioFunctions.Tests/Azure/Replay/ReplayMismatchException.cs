namespace ScenarioFunctions.Tests.Azure.Replay;

/// <summary>The orchestrator did something else than its history says.</summary>
internal sealed class ReplayMismatchException(string message) : Exception(message);
