using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The embedded engine on a database of its own.</summary>
public sealed class EmbeddedEngineHost : EngineHost
{
    private readonly TemporaryFolder folder = new();
    private LocalDatabase database;
    private EmbeddedTaskEngine engine;

    private readonly Func<LocalDatabase, TaskTable> newTable;

    public EmbeddedEngineHost()
        : this(database => new TaskTable(database))
    {
    }

    internal EmbeddedEngineHost(Func<LocalDatabase, TaskTable> newTable)
    {
        this.newTable = newTable;
        (database, engine) = Boot();
    }

    public override ITaskEngine Engine => engine;

    public override async Task RestartAsync()
    {
        await database.DisposeAsync();
        (database, engine) = Boot();
    }

    public override async ValueTask DisposeAsync()
    {
        Backend.Crash();
        await database.DisposeAsync();
        folder.Dispose();
    }

    private (LocalDatabase Database, EmbeddedTaskEngine Engine) Boot()
    {
        var opened = LocalDatabase.Open(folder.File("scenario.db"));
        var booted = NewServices().AddSingleton(opened).AddEmbeddedEngine()
            .AddSingleton(newTable(opened))
            .BuildServiceProvider()
            .GetRequiredService<EmbeddedTaskEngine>();
        booted.Resume();
        return (opened, booted);
    }
}
