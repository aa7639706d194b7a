namespace ScenarioFunctions.Core.Runway;

/// <summary>One image to ask for, already within the model's rules.</summary>
/// <param name="Model">Such as <c>gen4_image</c>.</param>
/// <param name="PromptText">Within the model's limit.</param>
/// <param name="Ratio">One that the model takes, such as <c>1080:1920</c>.</param>
/// <param name="ReferenceImages">HTTPS URLs that RunwayML accepts; may be empty.</param>
public sealed record ImageRequest(
    string Model, string PromptText, string Ratio, IReadOnlyList<string> ReferenceImages);
