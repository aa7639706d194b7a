using Microsoft.DurableTask.Client;
using ScenarioFunctions.Tests.Azure.DurableHub;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>
/// A Functions host of the tests' own: it starts the production worker's process, drives it over the real
/// protocol, and gives it HTTP requests and the work of a task hub. README.md says what it leaves out.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private readonly string program;
    private readonly IReadOnlyDictionary<string, string> settings;
    private TaskHubServer hub = null!;
    private WorkerStreams streams = null!;
    private HubWork work = null!;
    private HttpFront front = null!;

    private FunctionsHost(string program, IReadOnlyDictionary<string, string> settings) =>
        (this.program, this.settings) = (program, settings);

    /// <summary>Where clients call it.</summary>
    public Uri Address => front.Address;

    /// <summary>What keeps work from being answered; null when all is well.</summary>
    public Exception? Fault => work.Fault;

    public Worker Worker { get; private set; } = null!;

    /// <summary>A client of the task hub.</summary>
    public DurableTaskClient Hub => hub.Client;

    /// <param name="program">Path of the worker's assembly.</param>
    /// <param name="settings">The app's.</param>
    public static async Task<FunctionsHost> StartAsync(string program, IReadOnlyDictionary<string, string> settings)
    {
        var host = new FunctionsHost(program, settings)
        {
            hub = await TaskHubServer.StartAsync(new MemoryTaskHub()),
            streams = await WorkerStreams.StartAsync(),
        };
        await host.StartWorkerAsync();
        host.front = await HttpFront.StartAsync(host.Worker.Functions, () => host.Worker);
        await host.front.WarmUpAsync();
        return host;
    }

    /// <summary>Ends the worker in the given way, and starts another one that goes on with its work.</summary>
    public async Task ReplaceWorkerAsync(Func<Worker, Task> end)
    {
        await end(Worker);
        await work.DisposeAsync();
        await Worker.DisposeAsync();
        await StartWorkerAsync();
        await front.WarmUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await front.DisposeAsync();
        await work.DisposeAsync();
        await Worker.DisposeAsync();
        await streams.DisposeAsync();
        await hub.DisposeAsync();
    }

    private async Task StartWorkerAsync()
    {
        Worker = await Worker.StartAsync(program, streams, hub.Address, settings);
        work = new HubWork(hub.Address, Worker);
    }
}
