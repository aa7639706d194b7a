using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>The running embedded host: API, engine, store and emulator in this process.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Task<LocalDatabase> database;
    private readonly DataDirectory directory;

    private LocalServer(WebApplication app, Task<LocalDatabase> database, DataDirectory directory)
    {
        this.app = app;
        this.database = database;
        this.directory = directory;
    }

    /// <summary>The address for clients on this machine.</summary>
    public Uri Address => AddressOf(app.Services.GetRequiredService<IServer>());

    public IServiceProvider Services => app.Services;

    /// <exception cref="Core.Settings.SettingsException">The settings are wrong.</exception>
    /// <exception cref="DataDirectoryException">The data folder cannot be used.</exception>
    /// <exception cref="ServerStartException">It cannot listen on the address.</exception>
    public static async Task<LocalServer> StartAsync(
        IConfiguration configuration, LocalServerOptions options, CancellationToken cancellationToken)
    {
        var settings = HostSettings.Read(configuration, options.Urls);
        settings = settings with { Local = settings.Local with { ConfirmRestore = options.ConfirmRestore } };
        if (options.IsForCommand)
        {
            settings = settings.WithLinksThatOutliveTheCommand();
        }

        var directory = DataDirectory.Open(settings.Local.DataDirectory);
        var database = Task.Run(() => LocalDatabase.Open(directory.DatabasePath, directory.LockId), CancellationToken.None); // while the host is made
        WebApplication? app = null;
        try
        {
            app = LocalApplication.Build(settings, configuration, directory, database, options);
            await LocalApplication.MapAsync(app, settings);
            await app.StartAsync(cancellationToken);
            return new LocalServer(app, database, directory);
        }
        catch (Exception exception)
        {
            await StopAsync(app, database, directory).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a host that failed to start may also fail to stop
            if (exception.GetBaseException() is SocketException)
            {
                throw new ServerStartException(options.Urls ?? settings.Urls, exception);
            }

            throw;
        }
    }

    /// <summary>Serves until the process is asked to stop.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken) =>
        await app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await StopAsync(app, database, directory);

    /// <summary>The server's own address. If it listens on every network, it is reached as localhost.</summary>
    internal static Uri AddressOf(IServer server)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Uri(address
            .Replace("://+", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://[::]", "://localhost", StringComparison.Ordinal));
    }

    private static async Task StopAsync(WebApplication? app, Task<LocalDatabase> database, DataDirectory directory)
    {
        using var held = directory;
        await using var opened = await OpenedAsync(database); // the host closes it, too, if it has asked for it
        await using var stopped = app;
        await (app?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
    }

    /// <summary>Null when it could not be opened, which has stopped the start.</summary>
    private static async Task<LocalDatabase?> OpenedAsync(Task<LocalDatabase> database)
    {
        await ((Task)database).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return database.IsCompletedSuccessfully ? await database : null;
    }
}

/// <summary>How to start an embedded server.</summary>
/// <param name="Urls">Where it listens; null to use the settings.</param>
/// <param name="IsForCommand">It serves one command, which reports the rest itself: it only logs errors, to standard error.</param>
internal sealed record LocalServerOptions(string? Urls, bool IsForCommand)
{
    /// <summary>See <see cref="LocalSettings.ConfirmRestore"/>.</summary>
    public bool ConfirmRestore { get; init; }

    /// <summary>Whether the engine continues unfinished tasks. A command that only looks at data orders no images.</summary>
    public bool ContinuesTasks { get; init; } = true;

    /// <summary>Replaces services, for tests that need a part to fail; null replaces none.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    public static LocalServerOptions ForServer() => new(null, IsForCommand: false);

    /// <summary>On a free port of this machine only.</summary>
    public static LocalServerOptions ForCommand() => new("http://127.0.0.1:0", IsForCommand: true);
}

/// <summary>The server cannot listen on its address.</summary>
internal sealed class ServerStartException(string urls, Exception inner) : Exception(
    $"The server cannot listen on {urls}: {inner.Message} Stop the program that uses this address, or choose another one, "
    + "such as ASPNETCORE_URLS=http://localhost:7072.",
    inner);
