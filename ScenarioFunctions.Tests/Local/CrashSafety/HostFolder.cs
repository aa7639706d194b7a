using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>A data folder, and the embedded host on it: started in this process, again and again.</summary>
internal sealed class HostFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string DataPath => folder.File("data");

    /// <summary>The host's environment: an emulator that takes no time, and one image after the other.</summary>
    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["EMULATOR_LATENCY_SECONDS"] = "0",
        ["RUNWAYML_POLL_SECONDS"] = "0.05",
        ["MAX_PARALLEL_IMAGES"] = "1",
    };

    public string File(string name) => folder.File(name);

    public Task<LocalServer> StartAsync(Action<IServiceCollection>? replace = null, bool confirmRestore = false)
    {
        Settings["SCENARIO_DATA_DIR"] = DataPath;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).Build();
        return LocalServer.StartAsync(
            configuration,
            LocalServerOptions.ForCommand() with { Replace = replace, ConfirmRestore = confirmRestore },
            TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until no task has anything under way.</summary>
    public Task UntilSettledAsync() => UntilAsync(data => data.Tasks.All(task => task.IsSettled));

    /// <summary>Waits until the data are so.</summary>
    public Task UntilAsync(Predicate<DataFolder> isThere) =>
        DataFolder.UntilAsync(DataPath, isThere, TestContext.Current.CancellationToken);

    public void Dispose() => folder.Dispose();
}
