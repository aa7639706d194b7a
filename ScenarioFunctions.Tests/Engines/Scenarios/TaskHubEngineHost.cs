using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The Azure adapter with the real client, and a real worker for its functions, on a task hub.</summary>
public abstract class TaskHubEngineHost : EngineHost
{
    private TaskHubServer? server;
    private ServiceProvider? services;
    private TaskHubWorker? worker;

    internal LogCollector Log { get; } = new();

    /// <summary>As of the next start.</summary>
    public ITaskIndex Index { get; set; } = new NoTaskIndex();

    internal TaskIndexUpkeep Upkeep => WithClient<TaskIndexUpkeep>();

    internal DurableTaskClient Client => server!.Client;

    internal TaskHubServer Server => server!;

    internal IServiceProvider Functions => services!;

    /// <summary>Hands on the client as an HTTP function does, to whoever calls the engine next.</summary>
    public override ITaskEngine Engine => WithClient<ITaskEngine>();

    /// <inheritdoc cref="Engine"/>
    public override IWebhooks Webhooks => WithClient<IWebhooks>();

    public override async ValueTask InitializeAsync()
    {
        server = await StartHubAsync();
        await StartWorkerAsync();
    }

    public override Task WakeAsync() => WithClient<WaitingTasks>().WakeAsync(DateTimeOffset.MaxValue, CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        Backend.Crash();
        await KillWorkerAsync();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        Log.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task WaitForEndAsync(CancellationToken cancellationToken) =>
        await Client.WaitForInstanceCompletionAsync(TaskId, cancellationToken);

    /// <summary>The worker is told to stop, and is still there.</summary>
    internal void BeginStop() => worker!.BeginStop();

    public async Task KillWorkerAsync()
    {
        if (worker is not null)
        {
            await worker.DisposeAsync();
        }
    }

    public async Task StartWorkerAsync()
    {
        services = NewServices()
            .AddDurableTaskEngine()
            .AddSingleton(Index)
            .AddSingleton<ITaskEngine>(all => ActivatorUtilities.CreateInstance<DurableTaskEngine>(all, TimeProvider.System))
            .AddSingleton<WorkflowFunctions>()
            .AddSingleton<StepFunctions>()
            .AddSingleton<WebhookFunctions>()
            .AddLogging(logging => logging.AddProvider(Log))
            .BuildServiceProvider();
        var versions = Versions;
        server!.Middleware = turn => WaitingTurns.AnswerTo(turn, versions);
        worker = await TaskHubWorker.StartAsync(server!.Address, services);
    }

    private protected abstract Task<TaskHubServer> StartHubAsync();

    private T WithClient<T>()
        where T : notnull
    {
        services!.GetRequiredService<DurableClients>().Current = Client;
        return services!.GetRequiredService<T>();
    }
}
