namespace ScenarioFunctions.Core.Runway;

/// <summary>How a scene's image is asked for.</summary>
/// <param name="Request">Null when this model cannot make the scene's image.</param>
/// <param name="Note">For a person: what was left out or cut, or why there is no request.</param>
public sealed record ImageRequestPlan(ImageRequest? Request, string? Note);
