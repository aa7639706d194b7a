using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Supabase;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

public sealed class SupabaseSecretTests(PostgresCluster cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_key_is_in_no_log_and_in_no_error_even_when_Supabase_repeats_it()
    {
        var logs = new LogLines();
        await using var supabase = await SupabaseTest.StartAsync(cluster, services => services.AddLogging(logging =>
            logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs)));
        supabase.Server.Faults.Answer(401, $$"""{"message":"{{SupabaseKeys.ServiceRole}} is not known"}""", times: 3);

        StorageException[] errors =
        [
            await Assert.ThrowsAsync<StorageException>(() => supabase.Scenarios.FindSceneAsync(Guid.Empty, Stop)),
            await Assert.ThrowsAsync<StorageException>(() => supabase.Ledger.GetBalanceAsync("u", Stop)),
            await Assert.ThrowsAsync<StorageException>(() => supabase.Images.DeleteAsync("a.png", Stop)),
        ];
        await supabase.Images.StoreAsync("a.png", new byte[10], "image/png", Stop);

        Assert.All(errors, error =>
        {
            Assert.Contains("[key] is not known", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(SupabaseKeys.ServiceRole, error.ToString(), StringComparison.Ordinal);
        });
        Assert.NotEmpty(logs.Lines);
        Assert.All(logs.Lines, line => Assert.DoesNotContain(SupabaseKeys.ServiceRole, line, StringComparison.Ordinal));
        Assert.DoesNotContain(
            SupabaseKeys.ServiceRole, supabase.Get<SupabaseSettings>().ToString(), StringComparison.Ordinal);
    }
}
