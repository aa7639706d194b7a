namespace ScenarioFunctions.Emulator;

/// <summary>Opens the emulator at the start, when a fault is best told, and forgets old generations.</summary>
internal sealed class EmulatorPruning(GenerationTable table, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        table.Prune(clock.GetUtcNow() - Kept);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
