namespace ScenarioFunctions.Emulator;

/// <summary>The answer to <c>POST /v1/text_to_image</c>.</summary>
internal sealed record CreateAnswer(Guid Id, CreditAmount EstimatedCost);
