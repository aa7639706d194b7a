using Dapper;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalCreditLedgerTests : CreditLedgerContract, IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = new();

    protected override ICreditLedger Ledger => Starting(100);

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task A_user_not_yet_known_has_the_starting_credits_and_no_account()
    {
        Assert.Equal(100, (await Ledger.GetBalanceAsync("new", Stop)).Balance);

        Assert.Equal(0, Number("SELECT count(*) FROM credit_accounts"));
    }

    [Fact]
    public async Task A_grant_adds_to_the_starting_credits()
    {
        Assert.True(await Starting(100).GrantAsync("new", 50, "grant:1", Stop));
        Assert.Equal(150, (await Starting(100).GetBalanceAsync("new", Stop)).Balance);
        Assert.True(await Starting(100).GrantAsync("new", 1, "grant:2", Stop));
        Assert.Equal(151, (await Starting(100).GetBalanceAsync("new", Stop)).Balance);

        Assert.Equal(151, (await Ledger.GetBalanceAsync("new", Stop)).Balance);
    }

    [Fact]
    public async Task A_grant_is_added_once_per_reference_and_its_reference_is_no_other_ones()
    {
        var user = await UserWithAsync(10);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Starting(100).GrantAsync(user, 5, "grant:1", Stop))),
            Assert.True);

        Assert.False(await Starting(100).GrantAsync(user, 6, "grant:1", Stop));
        Assert.False(await Starting(100).GrantAsync("other", 5, "grant:1", Stop));
        await Ledger.DeductAsync(user, "generate_image", 5, "charge", null, Stop);
        Assert.False(await Starting(100).GrantAsync(user, 5, "charge", Stop));
        Assert.Equal(10, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
        Assert.Equal(100, (await Ledger.GetBalanceAsync("other", Stop)).Balance);
    }

    [Fact]
    public async Task Other_starting_credits_do_not_change_a_known_user()
    {
        await Starting(100).DeductAsync("known", "generate_image", 2, "a", null, Stop);

        Assert.Equal(98, (await Starting(500).GetBalanceAsync("known", Stop)).Balance);
    }

    [Fact]
    public async Task A_hold_that_nobody_releases_expires_and_the_next_says_once_what_it_holds()
    {
        var time = new FakeTimeProvider();
        var ledger = new LocalCreditLedger(temporary.Database, new LocalSettings { StartingCredits = 10 }, time);
        await ledger.HoldAsync("u", 10, "task", TimeSpan.FromMinutes(5), Stop);

        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(new CreditBalance(10, 0), await ledger.GetBalanceAsync("u", Stop));
        Assert.Equal(10, await ledger.HoldAsync("u", 10, "next", TimeSpan.FromMinutes(5), Stop));
        Assert.Equal(0, await ledger.HoldAsync("u", 10, "next", TimeSpan.FromMinutes(5), Stop));
        Assert.False(await ledger.DeductAsync("u", "generate_image", 2, "late", "task", Stop));
        Assert.Null(await ledger.HoldAsync("u", 10, "task", TimeSpan.FromMinutes(5), Stop));
    }

    [Fact]
    public async Task An_open_hold_that_is_asked_for_again_lasts_longer_and_never_shorter()
    {
        var time = new FakeTimeProvider();
        var ledger = new LocalCreditLedger(temporary.Database, new LocalSettings { StartingCredits = 10 }, time);
        await ledger.HoldAsync("u", 10, "task", TimeSpan.FromMinutes(5), Stop);

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(0, await ledger.HoldAsync("u", 10, "task", TimeSpan.FromMinutes(5), Stop));
        Assert.Equal(0, await ledger.HoldAsync("u", 10, "task", TimeSpan.FromSeconds(1), Stop));

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(new CreditBalance(10, 10), await ledger.GetBalanceAsync("u", Stop));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new CreditBalance(10, 0), await ledger.GetBalanceAsync("u", Stop));
    }

    [Fact]
    public async Task The_ledger_adds_up_to_the_balances()
    {
        var user = await UserWithAsync(10);
        await Ledger.DeductAsync(user, "generate_image", 2, "a", null, Stop);
        await Ledger.DeductAsync(user, "generate_image", 2, "a", null, Stop);
        await Starting(100).GrantAsync(user, 7, "grant:1", Stop);
        await Ledger.DeductAsync(user, "generate_image", 200, "b", null, Stop);

        Assert.Equal(15, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
        Assert.Equal(15, Number("SELECT sum(amount) FROM credit_ledger"));
    }

    protected override async Task<string> UserWithAsync(int credits)
    {
        var user = $"user-{Guid.NewGuid()}";
        await Starting(credits).DeductAsync(user, "open", 0, $"open:{user}", null, Stop);
        return user;
    }

    private LocalCreditLedger Starting(int credits) =>
        new(temporary.Database, new LocalSettings { StartingCredits = credits }, TimeProvider.System);

    private long Number(string sql) => temporary.Database.Read(connection => connection.ExecuteScalar<long>(sql));
}
