using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The embedded engine on a database of its own.</summary>
public sealed class EmbeddedEngineHost : EngineHost
{
    private readonly TemporaryFolder folder = new();
    private readonly Func<LocalDatabase, TaskStore> newTable;
    private readonly int maxRunningTasks;
    private LocalDatabase? database;
    private EmbeddedTaskEngine? engine;
    private ServiceProvider? services;
    private WebhookService? deliveries;

    public EmbeddedEngineHost()
        : this(database => new TaskStore(database))
    {
    }

    internal EmbeddedEngineHost(
        Func<LocalDatabase, TaskStore> newTable, int maxRunningTasks = EmbeddedTaskEngine.DefaultMaxRunningTasks) =>
        (this.newTable, this.maxRunningTasks) = (newTable, maxRunningTasks);

    internal LogCollector Log { get; } = new();

    public override ITaskEngine Engine => engine!;

    public override IWebhooks Webhooks => services!.GetRequiredService<IWebhooks>();

    public override async ValueTask InitializeAsync()
    {
        database = LocalDatabase.Open(folder.File("scenario.db"));
        services = NewServices().AddSingleton(database).AddEmbeddedEngine()
            .AddSingleton(newTable(database))
            .AddLogging(logging => logging.AddProvider(Log))
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<EmbeddedTaskEngine>(provider, maxRunningTasks))
            .BuildServiceProvider();
        engine = services.GetRequiredService<EmbeddedTaskEngine>();
        deliveries = ActivatorUtilities.CreateInstance<WebhookService>(services);
        await deliveries.StartAsync(CancellationToken.None);
        engine.Resume();
    }

    public override async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        Backend.Crash();
        await StopAsync();
        folder.Dispose();
        Log.Dispose();
    }

    private async Task StopAsync()
    {
        await deliveries!.StopAsync(CancellationToken.None);
        deliveries.Dispose();
        await database!.DisposeAsync();
    }

    protected override async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        while (await Engine.FindAsync(TaskId, cancellationToken) is not { } task || !task.State.IsFinal())
        {
            await Task.Delay(2, cancellationToken);
        }
    }
}
