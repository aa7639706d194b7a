namespace ScenarioFunctions.Local.Cli.Client;

/// <param name="CreditsCharged">For all images of the task; null when the server does not tell.</param>
internal sealed record SaveTaskResult(long? CreditsCharged);
