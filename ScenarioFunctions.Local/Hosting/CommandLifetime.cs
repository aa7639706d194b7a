namespace ScenarioFunctions.Local.Hosting;

/// <summary>A server of a command leaves Ctrl+C to the command, which cancels its task first.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
