namespace ScenarioFunctions.Local.Emulator;

/// <summary>Forgets old generations once, at the start.</summary>
internal sealed class EmulatorPruning(GenerationTable table, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    public Task StartAsync(CancellationToken cancellationToken) => table.PruneAsync(clock.GetUtcNow() - Kept);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
