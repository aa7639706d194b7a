using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Azure.Supabase;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The Azure adapter with its index of tasks, in a real PostgreSQL.</summary>
public sealed class IndexedEngineHost(PostgresCluster cluster) : DurableEngineHost
{
    public const string HubName = "ScenarioHub";

    private SupabaseTest? supabase;

    internal SupabaseTestServer Supabase => supabase!.Server;

    public override async ValueTask InitializeAsync()
    {
        supabase = await SupabaseTest.StartAsync(cluster);
        Index = supabase.Get<ITaskIndex>();
        await Index.CompleteAsync(HubName, CancellationToken.None);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The index's rows, such as <c>task-1 open</c>.</summary>
    public Task<List<string>> RowsAsync() =>
        Supabase.Database.ListAsync("select task_id || ' ' || state from scenario_tasks order by task_id");
}
