using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The key of a project opens everything in it: a redirect must not take it elsewhere.</summary>
public sealed class SupabaseRedirectTests(PostgresCluster cluster) : IAsyncLifetime
{
    private SupabaseTest supabase = null!;
    private ScriptedServer elsewhere = null!;

    public static TheoryData<int, string> Cases =>
        new MatrixTheoryData<int, string>([301, 302, 303, 307, 308], ["find", "update", "charge", "upload", "delete"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        supabase = await SupabaseTest.StartAsync(cluster);
        elsewhere = await ScriptedServer.StartAsync();
        elsewhere.Otherwise = Reply.Json("[]");
    }

    public async ValueTask DisposeAsync()
    {
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }

        if (elsewhere is not null)
        {
            await elsewhere.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_redirect_is_an_error_and_is_not_followed(int status, string act)
    {
        supabase.Server.Faults.Redirect(status, new Uri(elsewhere.Url, "rest/v1/video_scenes").AbsoluteUri);

        await Assert.ThrowsAsync<StorageException>(() => ActAsync(act));

        Assert.Empty(elsewhere.Requests);
        Assert.Single(supabase.Server.Requests);
    }

    private Task ActAsync(string act) => act switch
    {
        "find" => supabase.Scenarios.FindSceneAsync(Guid.Empty, Stop),
        "update" => supabase.Scenarios.UpdateSceneAsync(
            Guid.NewGuid(), new SceneState { Status = SceneStatus.Pending }, Stop),
        "charge" => supabase.Ledger.DeductAsync("user", "generate_image", 2, "reference", null, Stop),
        "upload" => supabase.Images.StoreAsync("scenes/a.png", new byte[10], "image/png", Stop),
        _ => supabase.Images.DeleteAsync("scenes/a.png", Stop),
    };
}
