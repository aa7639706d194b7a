using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The contract, on tables that the service before this one made, with ids as text.</summary>
public sealed class SupabaseScenarioStoreOnOriginalTablesTests(PostgresCluster cluster)
    : ScenarioStoreContract, IAsyncLifetime
{
    private SupabaseTest supabase = null!;

    protected override IScenarioStore Store => supabase.Scenarios;

    /// <summary>The database's own clock moves with each statement.</summary>
    protected override Task PassTimeAsync() => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var database = await cluster.CreateEmptyAsync();
        await database.ExecuteAsync(OriginalTables.Create("text"));
        await database.ExecuteAsync("grant usage on schema public to service_role");
        await PostgresMigrations.ApplyAsync(database);
        supabase = SupabaseTest.Start(await SupabaseTestServer.StartAsync(database));
    }

    public async ValueTask DisposeAsync()
    {
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }
    }
}
