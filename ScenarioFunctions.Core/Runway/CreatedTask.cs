namespace ScenarioFunctions.Core.Runway;

/// <summary>The answer to <c>POST /v1/text_to_image</c>.</summary>
internal sealed record CreatedTask(string? Id);
