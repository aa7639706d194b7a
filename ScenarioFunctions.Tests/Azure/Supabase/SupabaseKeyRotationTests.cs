using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>A key is taken back at Supabase while the service runs, and the other one is in use from then on.</summary>
public sealed class SupabaseKeyRotationTests(PostgresCluster cluster)
{
    public static TheoryData<string, bool> Cases =>
        new MatrixTheoryData<string, bool>(["find", "update", "charge", "upload", "delete"], [true, false]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_next_key_is_used_when_the_first_is_taken_back(string act, bool legacyFirst)
    {
        string[] keys = legacyFirst ? [SupabaseKeys.ServiceRole, SupabaseKeys.Secret] : [SupabaseKeys.Secret, SupabaseKeys.ServiceRole];
        using var log = new LogCollector();
        await using var supabase = await SupabaseTest.StartAsync(
            cluster, services => services.AddLogging(logging => logging.AddProvider(log)), string.Join(", ", keys));
        await ActAsync(supabase, act);
        var requests = supabase.Server.Requests.Count; // of one act

        supabase.Server.Revoked.Enqueue(keys[0]);
        supabase.Server.Requests.Clear();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ActAsync(supabase, act)));
        var refused = supabase.Server.Requests.Count - (5 * requests);
        supabase.Server.Requests.Clear();
        await ActAsync(supabase, act);

        Assert.InRange(refused, 1, 5);
        Assert.Equal(requests, supabase.Server.Requests.Count);
        Assert.Single(log.Lines, line => line.Contains("Key 1 of SUPABASE_SERVICE_ROLE_KEY was refused; key 2 is used", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => keys.Any(key => line.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_every_key_is_taken_back_the_error_tells_none()
    {
        await using var supabase = await SupabaseTest.StartAsync(cluster, key: $"{SupabaseKeys.ServiceRole},{SupabaseKeys.Secret}");
        supabase.Server.Revoked.Enqueue(SupabaseKeys.ServiceRole);
        supabase.Server.Revoked.Enqueue(SupabaseKeys.Secret);

        foreach (var act in new[] { "find", "upload" })
        {
            supabase.Server.Requests.Clear();
            var error = await Assert.ThrowsAsync<StorageException>(() => ActAsync(supabase, act));
            Assert.Equal(2, supabase.Server.Requests.Count);
            Assert.DoesNotContain(SupabaseKeys.Secret, error.ToString(), StringComparison.Ordinal);
        }
    }

    private static Task ActAsync(SupabaseTest supabase, string act) => act switch
    {
        "find" => supabase.Scenarios.FindSceneAsync(Guid.Empty, Stop),
        "update" => supabase.Scenarios.UpdateSceneAsync(Guid.NewGuid(), new SceneState { Status = SceneStatus.Pending }, Stop),
        "charge" => supabase.Ledger.ReleaseAsync("none", Stop),
        "upload" => supabase.Images.StoreAsync("scenes/a.png", new byte[10], "image/png", Stop),
        _ => supabase.Images.DeleteAsync("scenes/a.png", Stop),
    };
}
