using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

/// <summary>One life of the engine, from its start to its death, on a disk that outlives it.</summary>
internal sealed class Life
{
    private readonly Witness witness;
    private readonly ServiceProvider services;

    public Life(Random random, Disk disk, Witness witness, int maxRunningTasks, Func<bool> failsToRead)
    {
        this.witness = witness;
        witness.Life++;
        Schedule = new Schedule(random);
        Steps = new Steps(random, witness);
        Disk = new DiskConnection(disk, witness, failsToRead);
        var store = new Mock<IScenarioStore>();
        store.Setup(rows => rows.ListScenesAsync(It.IsAny<Guid>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        var collection = new ServiceCollection();
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddSingleton<ILogger<EmbeddedTaskEngine>>(new FaultLog(this));
        collection.AddSingleton(Schedule.Time);
        collection.AddSingleton(store.Object);
        var ledger = new Mock<ICreditLedger>();
        ledger.Setup(l => l.ReleaseAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string taskId, CancellationToken _) => random.Chance(0.2)
                ? Task.FromException<long>(new StorageException("connection refused", isTransient: random.Chance(0.8)))
                : Release(taskId));
        collection.AddSingleton(ledger.Object);
        collection.AddSteps().AddEmbeddedEngine();
        collection.AddSingleton<TaskStore>(Disk);
        collection.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<EmbeddedTaskEngine>(provider, maxRunningTasks));
        Steps.AddTo(collection);
        services = collection.BuildServiceProvider();
        Engine = services.GetRequiredService<EmbeddedTaskEngine>();
        Schedule.Run(Engine.Resume);
    }

    private Task<long> Release(string taskId)
    {
        witness.Released(taskId);
        return Task.FromResult(0L);
    }

    public Schedule Schedule { get; }

    public Steps Steps { get; }

    public DiskConnection Disk { get; }

    public EmbeddedTaskEngine Engine { get; }

    public bool IsStopping { get; private set; }

    /// <summary>Calls of clients that wait for their answer.</summary>
    public int OpenCalls { get; private set; }

    public bool IsIdle => !Schedule.HasReady && !Schedule.HasTimers && !Disk.HasWrites && !Steps.HasUnderWay;

    public void Stop()
    {
        IsStopping = true;
        Schedule.Run(services.GetRequiredService<StepWorker>().Stop);
    }

    /// <summary>A client asks, and sees the answer when it comes.</summary>
    public void Call<T>(Func<ITaskEngine, Task<T>> ask, Action<T> see)
    {
        OpenCalls++;
        Schedule.Run(AskAsync);

        async void AskAsync()
        {
            try
            {
                see(await ask(Engine));
            }
            catch (EngineUnavailableException)
            {
                // It may ask again.
            }
            catch (Exception exception)
            {
                witness.Fault($"A client was told: {exception}");
            }

            OpenCalls--;
        }
    }

    /// <summary>What the engine logs as a fault of its own is one.</summary>
    private sealed class FaultLog(Life life) : ILogger<EmbeddedTaskEngine>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == nameof(EngineLog.TaskFailed) || (exception is not null && exception is not StorageException))
            {
                life.witness.Fault($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
