using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Warns once at the start when the rules of the configured model are unknown: it may be new, or a typing error.</summary>
internal sealed class ModelWarning(Lazy<RunwaySettings> runway, ILogger<RunwayClient> logger) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var model = runway.Value.Model;
        if (!ImageModel.Names.Contains(model))
        {
            logger.UnknownModel(model, string.Join(", ", ImageModel.Names));
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
