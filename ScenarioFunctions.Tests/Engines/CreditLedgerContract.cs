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

        Assert.True(await Ledger.DeductAsync(user, Action, 2, Reference(), Stop));

        Assert.Equal(8, await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task The_last_credits_can_be_spent_and_none_below_zero()
    {
        var user = await UserWithAsync(3);

        Assert.True(await Ledger.DeductAsync(user, Action, 2, Reference(), Stop));
        Assert.False(await Ledger.DeductAsync(user, Action, 2, Reference(), Stop));
        Assert.True(await Ledger.DeductAsync(user, Action, 1, Reference(), Stop));

        Assert.Equal(0, await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_reference_that_was_charged_is_still_charged_when_the_balance_is_gone()
    {
        var user = await UserWithAsync(2);
        var reference = Reference();
        await Ledger.DeductAsync(user, Action, 2, reference, Stop);

        Assert.True(await Ledger.DeductAsync(user, Action, 2, reference, Stop));

        Assert.Equal(0, await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_reference_that_was_refused_can_be_charged_later()
    {
        var user = await UserWithAsync(1);
        var reference = Reference();
        Assert.False(await Ledger.DeductAsync(user, Action, 2, reference, Stop));

        Assert.True(await Ledger.DeductAsync(user, Action, 1, reference, Stop));
    }

    [Fact]
    public async Task Fifty_charges_at_once_against_a_balance_for_twenty_charge_twenty()
    {
        var user = await UserWithAsync(40);

        var charged = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Task.Run(() => Ledger.DeductAsync(user, Action, 2, Reference(), Stop), Stop)));

        Assert.Equal(20, charged.Count(isCharged => isCharged));
        Assert.Equal(0, await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task One_reference_fifty_times_at_once_is_charged_once()
    {
        var user = await UserWithAsync(40);
        var reference = Reference();

        var charged = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Task.Run(() => Ledger.DeductAsync(user, Action, 2, reference, Stop), Stop)));

        Assert.DoesNotContain(false, charged);
        Assert.Equal(38, await Ledger.GetBalanceAsync(user, Stop));
    }

    [Fact]
    public async Task A_charge_of_nothing_is_always_covered()
    {
        var user = await UserWithAsync(0);

        Assert.True(await Ledger.DeductAsync(user, Action, 0, Reference(), Stop));
    }

    /// <returns>A user whose balance is <paramref name="credits"/>.</returns>
    protected abstract Task<string> UserWithAsync(int credits);

    private static string Reference() => $"{Guid.NewGuid()}:{Guid.NewGuid()}";
}
