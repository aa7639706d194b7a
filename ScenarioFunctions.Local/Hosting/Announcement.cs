using Microsoft.AspNetCore.Hosting.Server;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>
/// Tells other processes and the user where the server listens and what it works with, once it does and before
/// the engine goes on with tasks and says so.
/// </summary>
internal sealed class Announcement(
    IServer server, DataDirectory directory, IServiceProvider services, ILogger<LocalServer> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var address = LocalServer.AddressOf(server);
        directory.Announce(address);
        HostLog.Listening(logger, address, directory.Path, services.GetRequiredService<RunwaySettings>());
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
