using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

internal static class EngineServices
{
    /// <summary>Adds the embedded engine; expects the database and the steps.</summary>
    public static IServiceCollection AddEmbeddedEngine(this IServiceCollection services)
    {
        services.AddSingleton<TaskStore>();
        services.AddSingleton<StepWorker>();
        services.AddSingleton<EmbeddedTaskEngine>();
        services.AddSingleton<ITaskEngine>(provider => provider.GetRequiredService<EmbeddedTaskEngine>());
        services.AddHostedService<EngineHostedService>();
        services.AddSingleton<TaskRetention>();
        services.AddHostedService<RetentionHostedService>();
        return services;
    }
}

/// <summary>Resumes once the server listens, as the emulator is behind it, and stops in good order.</summary>
internal sealed class EngineHostedService(
    EmbeddedTaskEngine engine, StepWorker worker, IHostApplicationLifetime lifetime, ILogger<EmbeddedTaskEngine> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(engine.Resume);
        lifetime.ApplicationStopping.Register(worker.Stop);
        return Task.CompletedTask;
    }

    /// <summary>Waits for steps under way, so that what was paid is on record; waits have ended at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await worker.WhenIdleAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            EngineLog.StoppedWithStepsUnderWay(logger, worker.UnderWay);
        }
    }
}

/// <summary>Removes tasks that ended long ago, once the server listens and then by the hour.</summary>
internal sealed class RetentionHostedService(TaskRetention retention, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the start does not wait for it
        using var timer = new PeriodicTimer(TaskRetention.Interval, time);
        do
        {
            await retention.RunAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
