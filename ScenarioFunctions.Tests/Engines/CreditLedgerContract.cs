using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What every <see cref="ICreditLedger"/> must do.</summary>
public abstract class CreditLedgerContract
{
    private const string Action = "generate_image";

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract ICreditLedger Ledger { get; }

    [Fact]
    public async Task A_charge_lowers_the_balance_by_its_amount()
    {
        var user = await UserWithAsync(10);

        Assert.True(await Ledger.DeductAsync(user, Action, 2, Reference(), null, Stop));

        Assert.Equal(8, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
    }

    [Fact]
    public async Task The_last_credits_can_be_spent_and_none_below_zero()
    {
        var user = await UserWithAsync(3);

        Assert.True(await Ledger.DeductAsync(user, Action, 2, Reference(), null, Stop));
        Assert.False(await Ledger.DeductAsync(user, Action, 2, Reference(), null, Stop));
        Assert.True(await Ledger.DeductAsync(user, Action, 1, Reference(), null, Stop));

        Assert.Equal(0, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
    }

    [Fact]
    public async Task A_reference_that_was_charged_is_still_charged_when_the_balance_is_gone()
    {
        var user = await UserWithAsync(2);
        var reference = Reference();
        await Ledger.DeductAsync(user, Action, 2, reference, null, Stop);

        Assert.True(await Ledger.DeductAsync(user, Action, 2, reference, null, Stop));

        Assert.Equal(0, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
    }

    [Fact]
    public async Task A_reference_that_was_refused_can_be_charged_later()
    {
        var user = await UserWithAsync(1);
        var reference = Reference();
        Assert.False(await Ledger.DeductAsync(user, Action, 2, reference, null, Stop));

        Assert.True(await Ledger.DeductAsync(user, Action, 1, reference, null, Stop));
    }

    [Fact]
    public async Task Fifty_charges_at_once_against_a_balance_for_twenty_charge_twenty()
    {
        var user = await UserWithAsync(40);

        var charged = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Task.Run(() => Ledger.DeductAsync(user, Action, 2, Reference(), null, Stop), Stop)));

        Assert.Equal(20, charged.Count(isCharged => isCharged));
        Assert.Equal(0, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
    }

    [Fact]
    public async Task One_reference_fifty_times_at_once_is_charged_once()
    {
        var user = await UserWithAsync(40);
        var reference = Reference();

        var charged = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Task.Run(() => Ledger.DeductAsync(user, Action, 2, reference, null, Stop), Stop)));

        Assert.DoesNotContain(false, charged);
        Assert.Equal(38, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
    }

    [Fact]
    public async Task A_charge_of_nothing_is_always_covered()
    {
        var user = await UserWithAsync(0);

        Assert.True(await Ledger.DeductAsync(user, Action, 0, Reference(), null, Stop));
    }

    [Fact]
    public async Task What_is_held_stays_in_the_balance_and_is_not_available()
    {
        var user = await UserWithAsync(10);

        Assert.True(await HoldAsync(user, 6, Reference()));

        Assert.Equal(new CreditBalance(10, 6), await Ledger.GetBalanceAsync(user, Stop));
        Assert.False(await HoldAsync(user, 5, Reference()));
        Assert.False(await Ledger.DeductAsync(user, Action, 5, Reference(), null, Stop));
        Assert.True(await Ledger.DeductAsync(user, Action, 4, Reference(), null, Stop));
    }

    [Fact]
    public async Task A_charge_from_a_hold_takes_its_share_and_leaves_the_rest_held()
    {
        var user = await UserWithAsync(10);
        var hold = Reference();
        await HoldAsync(user, 10, hold);

        Assert.True(await Ledger.DeductAsync(user, Action, 4, Reference(), hold, Stop));

        Assert.Equal(new CreditBalance(6, 6), await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_repeated_charge_takes_from_its_hold_once()
    {
        var user = await UserWithAsync(10);
        var (hold, charge) = (Reference(), Reference());
        await HoldAsync(user, 10, hold);
        await Ledger.DeductAsync(user, Action, 4, charge, hold, Stop);

        Assert.True(await Ledger.DeductAsync(user, Action, 4, charge, hold, Stop));

        Assert.Equal(new CreditBalance(6, 6), await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_hold_asked_for_again_is_the_same_hold()
    {
        var user = await UserWithAsync(10);
        var hold = Reference();
        await HoldAsync(user, 8, hold);
        await Ledger.DeductAsync(user, Action, 2, Reference(), hold, Stop);

        Assert.True(await HoldAsync(user, 8, hold));

        Assert.Equal(new CreditBalance(8, 6), await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_released_hold_gives_back_what_is_left_of_it_once()
    {
        var user = await UserWithAsync(10);
        var hold = Reference();
        await HoldAsync(user, 8, hold);
        await Ledger.DeductAsync(user, Action, 2, Reference(), hold, Stop);

        Assert.Equal(6, await Ledger.ReleaseAsync(hold, Stop));
        Assert.Equal(0, await Ledger.ReleaseAsync(hold, Stop));
        Assert.Equal(0, await Ledger.ReleaseAsync("never-held", Stop));

        Assert.Equal(new CreditBalance(8, 0), await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_charge_after_the_release_is_paid_from_what_is_available()
    {
        var user = await UserWithAsync(3);
        var hold = Reference();
        await HoldAsync(user, 3, hold);
        await Ledger.ReleaseAsync(hold, Stop);

        Assert.True(await Ledger.DeductAsync(user, Action, 2, Reference(), hold, Stop));
        Assert.False(await Ledger.DeductAsync(user, Action, 2, Reference(), hold, Stop));
    }

    [Fact]
    public async Task A_hold_opens_again_after_its_release_when_the_credits_are_there()
    {
        var user = await UserWithAsync(10);
        var hold = Reference();
        await HoldAsync(user, 10, hold);
        await Ledger.DeductAsync(user, Action, 4, Reference(), hold, Stop);
        await Ledger.ReleaseAsync(hold, Stop);

        Assert.False(await HoldAsync(user, 7, hold));
        Assert.True(await HoldAsync(user, 6, hold));

        Assert.Equal(new CreditBalance(6, 6), await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task Nobody_charges_from_the_hold_of_another_user()
    {
        var (owner, other) = (await UserWithAsync(5), await UserWithAsync(7));
        var hold = Reference();
        await HoldAsync(owner, 5, hold);

        Assert.True(await Ledger.DeductAsync(other, Action, 5, Reference(), hold, Stop));
        Assert.False(await HoldAsync(other, 1, hold));

        Assert.Equal(new CreditBalance(5, 5), await Ledger.GetBalanceAsync(owner, Stop));
        Assert.Equal(new CreditBalance(2, 0), await Ledger.GetBalanceAsync(other, Stop));
    }

    [Fact]
    public async Task Twenty_holds_of_75_at_once_against_500_grant_exactly_six()
    {
        var user = await UserWithAsync(500);

        var granted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Task.Run(() => HoldAsync(user, 75, Reference()), Stop)));

        Assert.Equal(6, granted.Count(isGranted => isGranted));
        Assert.Equal(new CreditBalance(500, 450), await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task Holds_charges_and_releases_at_once_keep_every_credit()
    {
        var user = await UserWithAsync(100);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(
            async () =>
            {
                var hold = Reference();
                Assert.True(await HoldAsync(user, 10, hold));
                Assert.True(await Ledger.DeductAsync(user, Action, 4, Reference(), hold, Stop));
                Assert.Equal(6, await Ledger.ReleaseAsync(hold, Stop));
            },
            Stop)));

        Assert.Equal(new CreditBalance(60, 0), await Ledger.GetBalanceAsync(user, Stop));
    }

    /// <returns>A user whose balance is <paramref name="credits"/>.</returns>
    protected abstract Task<string> UserWithAsync(int credits);

    protected async Task<bool> HoldAsync(string user, long amount, string reference) =>
        await Ledger.HoldAsync(user, amount, reference, TimeSpan.FromHours(1), Stop) is not null;

    private static string Reference() => $"{Guid.NewGuid()}:{Guid.NewGuid()}";
}
