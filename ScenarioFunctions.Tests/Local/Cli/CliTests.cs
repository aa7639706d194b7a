namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>Tests of the command line, each with a folder and a scripted server of its own.</summary>
public abstract class CliTests : IAsyncLifetime
{
    private protected CliHarness Cli { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cli = await CliHarness.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Cli.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Saves some scenario.</summary>
    private protected Task<int> SaveAsync(params string[] options) =>
        Cli.RunAsync(["save", Cli.WriteFile("scenario.json", """{"title":"T","scenes":[]}"""), .. options]);
}
