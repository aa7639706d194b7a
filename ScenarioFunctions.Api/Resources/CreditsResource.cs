namespace ScenarioFunctions.Api.Resources;

/// <summary>A user's credits, and what an image costs.</summary>
internal sealed record CreditsResource(string UserId, long Balance, int CreditsPerImage);
