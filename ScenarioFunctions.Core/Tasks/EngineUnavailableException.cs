namespace ScenarioFunctions.Core.Tasks;

/// <summary>The engine cannot take or answer this now; the same request may work later.</summary>
public sealed class EngineUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
