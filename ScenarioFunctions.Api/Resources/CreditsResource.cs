namespace ScenarioFunctions.Api.Resources;

/// <summary>A user's credits, those that are held for tasks under way, those that are free, and what an image costs.</summary>
internal sealed record CreditsResource(string UserId, long Balance, long Held, long Available, int CreditsPerImage);
