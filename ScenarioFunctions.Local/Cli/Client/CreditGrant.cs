namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>The body of <c>POST /credits/{user_id}</c>.</summary>
/// <param name="Grant">Credits to add.</param>
internal sealed record CreditGrant(int Grant);
