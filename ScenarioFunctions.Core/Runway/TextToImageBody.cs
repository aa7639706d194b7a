namespace ScenarioFunctions.Core.Runway;

/// <summary>The body of <c>POST /v1/text_to_image</c>.</summary>
internal sealed record TextToImageBody(
    string Model, string PromptText, string Ratio, IReadOnlyList<ReferenceImage>? ReferenceImages);
