namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>What is read of the answer to <c>POST /scenario/save</c>.</summary>
internal sealed record StartedTask(string TaskId);
