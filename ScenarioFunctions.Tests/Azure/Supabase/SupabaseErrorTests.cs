using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Supabase;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

public sealed class SupabaseErrorTests(PostgresCluster cluster) : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private SupabaseTest supabase = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        supabase = await SupabaseTest.StartAsync(cluster, services => services.AddSingleton<TimeProvider>(time));

    public async ValueTask DisposeAsync()
    {
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(503, "08006", true)]
    [InlineData(503, "53300", true)]
    [InlineData(400, "57014", true)]
    [InlineData(503, "57P01", true)]
    [InlineData(400, "40001", true)]
    [InlineData(500, "40P01", true)]
    [InlineData(503, "PGRST002", true)]
    [InlineData(500, "XX000", true)]
    [InlineData(429, "over_request_rate_limit", true)]
    [InlineData(409, "23505", false)]
    [InlineData(409, "23503", false)]
    [InlineData(401, "PGRST301", false)]
    [InlineData(403, "42501", false)]
    [InlineData(404, "PGRST205", false)]
    [InlineData(404, "42P01", false)]
    [InlineData(402, "PT402", false)]
    [InlineData(400, "22P02", false)]
    public async Task An_error_says_the_databases_words_and_whether_to_try_again(int status, string code, bool isTransient)
    {
        supabase.Server.Faults.Answer(
            status, $$"""{"code":"{{code}}","message":"what the database said","details":null,"hint":null}""");

        var error = await FailAsync();

        Assert.Equal(isTransient, error.IsTransient);
        Assert.Equal($"Reading scenes: what the database said ({code}, HTTP {status})", error.Message);
        Assert.Single(supabase.Server.Requests);
    }

    [Theory]
    [InlineData(502, true)]
    [InlineData(401, false)]
    public async Task A_gateways_page_is_no_message(int status, bool isTransient)
    {
        supabase.Server.Faults.Answer(status, "<html><body>cloudflare</body></html>");

        var error = await FailAsync();

        Assert.Equal(isTransient, error.IsTransient);
        Assert.Equal($"Reading scenes: Supabase rejected the request. (no code, HTTP {status})", error.Message);
    }

    [Fact]
    public async Task A_count_that_is_not_a_number_is_a_permanent_error()
    {
        supabase.Server.Faults.Answer(200, "null");

        var error = await Assert.ThrowsAsync<StorageException>(() => supabase.Scenarios.CountRejectionsAsync("u", time.GetUtcNow(), Stop));

        Assert.False(error.IsTransient);
        Assert.Equal("Counting rejected images: the answer is 'null', not a number.", error.Message);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_transient()
    {
        supabase.Server.Faults.Cut();

        Assert.True((await FailAsync()).IsTransient);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_transient()
    {
        var ledger = supabase.Ledger;
        await supabase.Server.DisposeAsync();

        var error = await Assert.ThrowsAsync<StorageException>(() => ledger.GetBalanceAsync("u", Stop));

        Assert.True(error.IsTransient);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task No_answer_in_30_seconds_is_transient()
    {
        supabase.Server.Faults.Stall();
        var call = FailAsync();
        await supabase.Server.Faults.Stalled;

        time.Advance(SupabaseDatabase.Timeout);

        Assert.True((await call).IsTransient);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_call_stops_when_its_step_is_stopped()
    {
        supabase.Server.Faults.Stall();
        using var stop = new CancellationTokenSource();
        var call = supabase.Ledger.DeductAsync("u", "a", 1, "r", null, stop.Token);
        await supabase.Server.Faults.Stalled;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_key_that_Supabase_does_not_know_is_a_permanent_error()
    {
        await using var stranger = await SupabaseTest.StartAsync(cluster, key: "eyJhbGciOiJIUzI1NiJ9.e30.x");

        var error = await Assert.ThrowsAsync<StorageException>(() => stranger.Scenarios.FindSceneAsync(Guid.Empty, Stop));

        Assert.False(error.IsTransient);
        Assert.Contains("Invalid API key", error.Message, StringComparison.Ordinal);
    }

    private Task<StorageException> FailAsync() =>
        Assert.ThrowsAsync<StorageException>(() => supabase.Scenarios.FindSceneAsync(Guid.NewGuid(), Stop));
}
