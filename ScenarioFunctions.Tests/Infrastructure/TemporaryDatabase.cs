using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>An embedded database of a test's own.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    public TemporaryDatabase() => Database = LocalDatabase.Open(folder.File("scenario.db"));

    public LocalDatabase Database { get; }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        folder.Dispose();
    }
}
