using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Cli;

/// <summary>What the command line needs of the host.</summary>
internal static class ServerCommand
{
    /// <summary>For the process that holds the data folder, which lives: the lock would be gone with it.</summary>
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SilentPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Serves until the process is asked to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(
        IConfiguration configuration, bool confirmRestore, CancellationToken cancellationToken)
    {
        await using var server = await LocalServer.StartAsync(
            configuration, LocalServerOptions.ForServer() with { ConfirmRestore = confirmRestore }, cancellationToken);
        await server.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Completed;
    }

    /// <summary>The server that holds the data folder, or one started for the command.</summary>
    /// <param name="configuration">That of the server.</param>
    /// <param name="tell">Told, once, what is waited for when it takes long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="clock">The system's when null.</param>
    public static async Task<IScenarioServer> ConnectAsync(
        IConfiguration configuration, Action<string> tell, CancellationToken cancellationToken, TimeProvider? clock = null)
    {
        var dataPath = HostSettings.Read(configuration, LocalServerOptions.ForCommand().Urls).Local.DataDirectory;
        var time = clock ?? TimeProvider.System;
        var started = time.GetTimestamp();
        var isTold = false;
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
            catch (DataDirectoryException held) when (held.IsHeld && time.GetElapsedTime(started) < ConnectPatience)
            {
                // A server that is starting says next where it listens; one that is stopping lets the folder go.
                if (!isTold && time.GetElapsedTime(started) >= SilentPatience)
                {
                    isTold = true;
                    tell($"Waiting for another process that is starting or stopping on the data folder {Path.GetFullPath(dataPath)}.");
                }

                await Task.Delay(ConnectPause, time, cancellationToken);
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
