using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Cli;

/// <summary>What the command line needs of the host.</summary>
internal static class ServerCommand
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Serves until the process is asked to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var server = await LocalServer.StartAsync(
            configuration, LocalServerOptions.ForServer(), cancellationToken);
        await server.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Completed;
    }

    /// <summary>The server that holds the data folder, or one started for the command.</summary>
    public static async Task<IScenarioServer> ConnectAsync(
        IConfiguration configuration, CancellationToken cancellationToken)
    {
        var dataPath = HostSettings.Read(configuration).Local.DataDirectory;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (DataDirectory.FindServer(dataPath) is { } address)
            {
                return new RunningServer(address);
            }

            try
            {
                return new OwnServer(await LocalServer.StartAsync(
                    configuration, LocalServerOptions.ForCommand(), cancellationToken));
            }
            catch (DataDirectoryException exception) when (exception.IsHeld && TimeProvider.System.GetElapsedTime(started) < ConnectPatience)
            {
                // Another process is just starting on the folder: its address comes next.
                await Task.Delay(ConnectPause, cancellationToken);
            }
        }
    }

    private sealed class RunningServer(Uri address) : IScenarioServer
    {
        public Uri Address { get; } = address;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class OwnServer(LocalServer server) : IScenarioServer
    {
        public Uri Address => server.Address;

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
