namespace ScenarioFunctions.Core.Runway;

/// <summary>What to ask RunwayML for, for one scene.</summary>
/// <param name="Request">Null when the model cannot make this scene; <paramref name="Note"/> then says why.</param>
/// <param name="Note">What was left out or changed, for a person; null when nothing was.</param>
public sealed record ImageRequestPlan(ImageRequest? Request, string? Note);
