using Microsoft.Extensions.DependencyInjection.Extensions;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

internal static class EngineServices
{
    /// <summary>Adds the embedded engine. Needs the database and the steps.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="continuesTasks">Whether it continues unfinished tasks when the host starts, and delivers webhooks.</param>
    public static IServiceCollection AddEmbeddedEngine(this IServiceCollection services, bool continuesTasks = true)
    {
        services.TryAddSingleton(WorkflowVersions.OfThisProgram);
        services.AddSingleton<TaskStore>();
        services.AddSingleton<StepWorker>();
        services.AddSingleton<EmbeddedTaskEngine>();
        services.AddSingleton<ITaskEngine>(provider => provider.GetRequiredService<EmbeddedTaskEngine>());
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<EngineHostedService>(provider, continuesTasks));
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<IWebhooks>(provider => provider.GetRequiredService<WebhookStore>());
        if (continuesTasks)
        {
            services.AddHostedService<WebhookService>();
        }

        services.AddHealthChecks().AddCheck<WorkflowHealthCheck>("workflow");
        services.AddSingleton<TaskRetention>();
        services.AddHostedService<RetentionHostedService>();
        return services;
    }
}

/// <summary>Resumes tasks, if it should, once the server listens, as the emulator is part of it; and stops the engine.</summary>
internal sealed class EngineHostedService(
    bool continuesTasks, EmbeddedTaskEngine engine, StepWorker worker, IHostApplicationLifetime lifetime, ILogger<EmbeddedTaskEngine> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (continuesTasks)
        {
            lifetime.ApplicationStarted.Register(engine.Resume);
        }

        lifetime.ApplicationStopping.Register(worker.Stop);
        return Task.CompletedTask;
    }

    /// <summary>Waits for running steps, so that everything that was paid for is recorded. Delays end at once.</summary>
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

        engine.EndSpans();
    }
}

/// <summary>Removes tasks that ended long ago, once the server listens and then every hour.</summary>
internal sealed class RetentionHostedService(TaskRetention retention, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // so that the start does not wait for this
        using var timer = new PeriodicTimer(TaskRetention.Interval, time);
        do
        {
            await retention.RunAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
