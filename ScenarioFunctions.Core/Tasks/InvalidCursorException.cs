namespace ScenarioFunctions.Core.Tasks;

/// <summary>A list cursor that this engine did not give out.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is none that this service gave out.");
