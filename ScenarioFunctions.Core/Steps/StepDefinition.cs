namespace ScenarioFunctions.Core.Steps;

/// <summary>A step's name, its types and how often an engine tries it.</summary>
/// <param name="Name">Recorded in journals and histories: never change it.</param>
/// <param name="Retry">How often and how soon a try that threw is repeated.</param>
public sealed record StepDefinition<TInput, TResult>(string Name, StepRetry Retry);
