namespace ScenarioFunctions.Api.Resources;

/// <summary>Why a task failed.</summary>
internal sealed record TaskErrorResource(string Code, string Message);
