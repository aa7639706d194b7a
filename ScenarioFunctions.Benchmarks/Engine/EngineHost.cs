using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Benchmarks.Engine;

/// <summary>The embedded engine with its own database and steps that do nothing.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public EngineHost(string folder, TimeSpan slowedBy = default)
    {
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton(_ => LocalDatabase.Open(Path.Combine(folder, DataDirectory.DatabaseName)));
        collection.AddSingleton<IScenarioStore, LocalScenarioStore>();
        collection.AddSingleton(new LocalSettings());
        collection.AddSingleton<ICreditLedger, LocalCreditLedger>();
        NoOpSteps.AddTo(collection, slowedBy);
        collection.AddEmbeddedEngine();
        services = collection.BuildServiceProvider();
        Engine = services.GetRequiredService<EmbeddedTaskEngine>();
    }

    public EmbeddedTaskEngine Engine { get; }

    public async Task RunOneAsync(SaveScenarioInput input)
    {
        var id = Guid.CreateVersion7().ToString();
        await Engine.StartAsync(id, input, CancellationToken.None);
        var task = await Engine.WaitAsync(id, CancellationToken.None);
        if (task?.State != TaskState.Completed)
        {
            throw new InvalidOperationException($"A workflow ended as {task?.State}: {task?.Error?.Message}");
        }
    }

    public async ValueTask DisposeAsync() => await services.DisposeAsync();
}
