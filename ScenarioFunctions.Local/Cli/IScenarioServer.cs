namespace ScenarioFunctions.Local.Cli;

/// <summary>A server that a command works through. Disposing it stops the server only if the command started it.</summary>
internal interface IScenarioServer : IAsyncDisposable
{
    /// <summary>Where its API is.</summary>
    Uri Address { get; }
}
