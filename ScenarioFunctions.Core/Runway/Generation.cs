namespace ScenarioFunctions.Core.Runway;

/// <summary>A generation at RunwayML.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Output">URL of the image when succeeded, valid for a day or two.</param>
/// <param name="Failure">How it failed, when failed.</param>
public sealed record Generation(GenerationState State, Uri? Output = null, GenerationFailure? Failure = null);
