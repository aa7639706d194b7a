using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Starts and finds servers for the command line.</summary>
internal static class ServerCommand
{
    /// <summary>How long to wait for the process that holds the data folder. It is alive, or its lock would be gone.</summary>
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

    /// <summary>Connects to the server that holds the data folder, or starts one for the command.</summary>
    /// <param name="configuration">For a server that is started.</param>
    /// <param name="use">What a server that is started is for.</param>
    /// <param name="tell">Receives, once, what a long wait is for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="clock">Null for the system's clock.</param>
    public static async Task<IScenarioServer> ConnectAsync(
        IConfiguration configuration,
        ServerUse use,
        Action<string> tell,
        CancellationToken cancellationToken,
        TimeProvider? clock = null)
    {
        var settings = HostSettings.Read(configuration, LocalServerOptions.ForCommand().Urls);
        var dataPath = settings.Local.DataDirectory;
        var time = clock ?? TimeProvider.System;
        var started = time.GetTimestamp();
        var isTold = false;
        while (true)
        {
            if (DataDirectory.FindServer(dataPath) is { } address)
            {
                return new RunningServer(address, settings.Service.PublicBaseUrl ?? address);
            }

            try
            {
                var options = LocalServerOptions.ForCommand() with { ContinuesTasks = use == ServerUse.Work };
                return new OwnServer(
                    await LocalServer.StartAsync(configuration, options, cancellationToken),
                    settings.WithLinksThatOutliveTheCommand().Service.PublicBaseUrl!);
            }
            catch (DataDirectoryException held) when (held.IsHeld && time.GetElapsedTime(started) < ConnectPatience)
            {
                // A server that is starting will announce its address; one that is stopping will release the folder.
                if (!isTold && time.GetElapsedTime(started) >= SilentPatience)
                {
                    isTold = true;
                    tell($"Waiting for another process that is starting or stopping with the data folder {Path.GetFullPath(dataPath)}.");
                }

                await Task.Delay(ConnectPause, time, cancellationToken);
            }
        }
    }

    private sealed class RunningServer(Uri address, Uri publicAddress) : IScenarioServer
    {
        public Uri Address { get; } = address;

        public Uri PublicAddress { get; } = publicAddress;

        public bool IsForCommand => false;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class OwnServer(LocalServer server, Uri publicAddress) : IScenarioServer
    {
        public Uri Address => server.Address;

        public Uri PublicAddress { get; } = publicAddress;

        public bool IsForCommand => true;

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
