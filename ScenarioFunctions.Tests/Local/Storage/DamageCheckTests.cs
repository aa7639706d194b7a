using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

/// <summary>A page in the middle of the file is lost: the tables that the service reads at its start are whole.</summary>
public sealed class DamageCheckTests : IAsyncDisposable
{
    private const int PageSize = 4096;

    private readonly TemporaryFolder folder = new();
    private readonly LogCollector log = new();
    private readonly FakeTimeProvider time = new();
    private readonly LoggerFactory loggers = new();
    private LocalDatabase database;

    public DamageCheckTests()
    {
        loggers.AddProvider(log);
        database = LocalDatabase.Open(Path);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => folder.File("scenario.db");

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        loggers.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_damaged_database_is_noticed_at_the_start()
    {
        await FillAsync();
        await database.DisposeAsync();
        Damage();
        database = LocalDatabase.Open(Path);
        using var check = NewCheck();

        await check.StartAsync(Stop);
        await UntilAsync(() => check.IsDamaged);

        Assert.Contains(log.Lines, line => line.StartsWith("Critical 523 ", StringComparison.Ordinal));
        var health = await HealthAsync(check);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.DoesNotContain(Path, health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_that_comes_later_is_noticed_within_the_hour()
    {
        await FillAsync();
        await database.DisposeAsync(); // its pages are in the file by now
        database = LocalDatabase.Open(Path);
        using var check = NewCheck();
        await check.StartAsync(Stop);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(check)).Status);

        Damage();
        await UntilAsync(() =>
        {
            time.Advance(DamageCheck.Interval);
            return check.IsDamaged;
        });

        await check.StopAsync(Stop);
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(check)).Status);
    }

    [Fact]
    public async Task A_look_ends_with_the_server()
    {
        await FillAsync();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => database.FindDamage(stopped.Token));
        Assert.Empty(database.FindDamage(Stop));
    }

    private static Task UntilAsync(Func<bool> isThere) =>
        Patience.UntilAsync(() => Task.FromResult(isThere()), () => "No damage was noticed.", Stop);

    private DamageCheck NewCheck() => new(database, time, loggers.CreateLogger<DamageCheck>());

    private Task<HealthCheckResult> HealthAsync(DamageCheck check) =>
        new DatabaseHealthCheck(database, check, new FaultLog(time), loggers.CreateLogger<DatabaseHealthCheck>())
            .CheckHealthAsync(new HealthCheckContext(), Stop);

    private Task<int> FillAsync() => database.WriteAsync(
        connection => connection.Execute(
            """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000)
            INSERT INTO credit_accounts (user_id, balance, created_at)
            SELECT 'user with a name that takes some room ' || n, n, '2026-01-01' FROM numbers
            """),
        Stop);

    private void Damage()
    {
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = file.Length / PageSize / 2 * PageSize;
        file.Write(Enumerable.Repeat((byte)0xFF, PageSize).ToArray());
    }
}
