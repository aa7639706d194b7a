using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Chaos.Simulation.Runway;
using ScenarioFunctions.Chaos.Simulation.Storage;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// One process of the embedded host: the real engine, workflow, steps and RunwayML client, over simulated disks, network and
/// time. When it dies, its memory is lost.
/// </summary>
internal sealed class Host
{
    /// <summary>The time that the embedded host allows for running acts at SIGTERM.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3);

    /// <summary>Images stay in memory during their download, as they are small here.</summary>
    private static readonly ImageStaging Staging =
        new(Path.Combine(Path.GetTempPath(), "scenario-simulation"), _ => new MemoryStream());

    private readonly World world;
    private readonly StepWorker worker;
    private readonly EmbeddedTaskEngine engine;
    private readonly CancelledTasks cancelledTasks;
    private readonly TaskCompletionSource died = new();
    private bool isStopping;

    public Host(World world, Plan plan, Disk disk, RunwayService runway, int number)
    {
        this.world = world;
        Name = $"host {number}";
        Link = new StorageLink(world, this, plan.Storage);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new VirtualTime(world, this));
        services.AddSingleton(new ServiceSettings
        {
            CreditsPerImage = plan.CreditsPerImage,
            MaxParallelImages = plan.MaxParallelImages,
            ImageStepBudget = plan.ImageStepBudget,
            ImageTimeout = plan.ImageTimeout,
        });
        services.AddSingleton(new RunwaySettings { ApiSecret = "key_simulated" });
        services.AddSingleton<IScenarioStore>(new SimulatedScenarioStore(Link, disk));
        services.AddSingleton<IImageStore>(new SimulatedImageStore(Link, disk));
        services.AddSingleton<ICreditLedger>(new SimulatedLedger(Link, disk, world));
        services.AddSingleton(Staging);
        services.AddTransient(typeof(ITypedHttpClientFactory<>), typeof(ClientFactory<>));
        services.AddRunway();
        services.AddSteps();
        services.AddSingleton<IHttpMessageHandlerBuilderFilter>(
            new SimulatedNetwork(() => new RunwayConnection(world, this, runway, plan.Runway)));
        services.AddLogging(logging => TraceLogs(logging, world, Name));
        var provider = services.BuildServiceProvider();
        worker = ActivatorUtilities.CreateInstance<StepWorker>(provider);
        cancelledTasks = provider.GetRequiredService<CancelledTasks>();
        engine = ActivatorUtilities.CreateInstance<EmbeddedTaskEngine>(
            provider, new SimulatedTaskStore(Link, disk), worker, WorkflowVersions.OfThisProgram, EmbeddedTaskEngine.DefaultMaxRunningTasks);
    }

    public string Name { get; }

    public StorageLink Link { get; }

    public bool IsDead { get; private set; }

    /// <summary>Completes when the host is dead.</summary>
    public Task Died => died.Task;

    /// <summary>What the API does for a POST.</summary>
    public Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input) =>
        engine.StartAsync(taskId, input, CancellationToken.None);

    /// <summary>Continues the tasks that the last host has left.</summary>
    public void Resume() => engine.Resume();

    /// <summary>What the API does for a task that failed.</summary>
    public Task<TaskSnapshot?> ContinueAsync(string taskId) => engine.ResumeAsync(taskId, CancellationToken.None);

    /// <summary>What the API does for a DELETE.</summary>
    public async Task<TaskSnapshot?> CancelAsync(string taskId)
    {
        var task = await engine.CancelAsync(taskId, CancellationToken.None);
        if (task is { State: TaskState.Cancelled })
        {
            try
            {
                await cancelledTasks.CleanUpAsync(taskId, CancellationToken.None);
            }
            catch (StorageException)
            {
                // Every step that ends later cleans up again.
            }
        }

        return task;
    }

    /// <summary>SIGKILL: only some of the pending writes arrive.</summary>
    public void Kill(string why)
    {
        if (IsDead)
        {
            return;
        }

        world.Tell(Name, $"DIES: {why}");
        IsDead = true;
        Link.Cut();
        died.SetResult();
    }

    /// <summary>SIGTERM: waits end at once, and acts may finish if they do not take long.</summary>
    public void Stop()
    {
        if (IsDead || isStopping)
        {
            return;
        }

        isStopping = true;
        world.Tell(Name, $"stops");
        world.After(StopLimit, this, () => Kill("the time to stop ran out"));
        worker.Stop();
        EndOnceIdle();
    }

    private async void EndOnceIdle()
    {
        await worker.WhenIdleAsync();
        world.After(TimeSpan.Zero, this, () => Kill("stopped in good order"));
    }

    private static void TraceLogs(ILoggingBuilder logging, World world, string name)
    {
        logging.ClearProviders();
        if (world.IsTraced)
        {
            logging.AddProvider(new TraceLog(world, name));
            logging.SetMinimumLevel(LogLevel.Information);
        }
        else
        {
            logging.SetMinimumLevel(LogLevel.None);
        }
    }

    /// <summary>Like the real one, but made once for all hosts, because making one compiles code.</summary>
    private sealed class ClientFactory<T>(IServiceProvider services) : ITypedHttpClientFactory<T>
    {
        private static readonly ObjectFactory<T> Factory = ActivatorUtilities.CreateFactory<T>([typeof(HttpClient)]);

        public T CreateClient(HttpClient httpClient) => Factory(services, [httpClient]);
    }

    private sealed class SimulatedNetwork(Func<HttpMessageHandler> connect) : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            builder.PrimaryHandler = connect();
        };
    }

    private sealed class TraceLog(World world, string name) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            world.Tell(name, $"log: {formatter(state, exception)}");
    }
}
