namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>The answer of <c>/credits/{user_id}</c>.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Balance">Credits.</param>
/// <param name="CreditsPerImage">What one image costs.</param>
internal sealed record UserCredits(string UserId, long Balance, long CreditsPerImage);
