namespace ScenarioFunctions.Core.Steps;

/// <param name="TaskId">Whose scenes are marked when the balance is short.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Images">Images to make, at least 1.</param>
/// <param name="CreditsPerImage">Credits.</param>
public sealed record CheckCreditsInput(string TaskId, string UserId, int Images, int CreditsPerImage);
