namespace ScenarioFunctions.Local.Engine;

/// <summary>Resumes once the server listens, as the emulator is behind it, and stops in good order.</summary>
internal sealed class EngineHostedService(
    EmbeddedTaskEngine engine, StepExecutor executor, IHostApplicationLifetime lifetime, ILogger<EmbeddedTaskEngine> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(engine.Resume);
        lifetime.ApplicationStopping.Register(executor.Stop);
        return Task.CompletedTask;
    }

    /// <summary>Waits for acts under way, so that what was paid is on record; waits have ended at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await executor.WhenIdleAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            EngineLog.StoppedWithStepsUnderWay(logger, executor.UnderWay);
        }
    }
}
