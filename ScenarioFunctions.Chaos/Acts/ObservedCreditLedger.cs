using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The ledger, observed.</summary>
internal sealed class ObservedCreditLedger(ICreditLedger inner, IActObserver observer) : ICreditLedger
{
    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Balance, () => inner.GetBalanceAsync(userId, cancellationToken));

    public Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken) =>
        observer.AroundAsync(
            Act.Hold, () => inner.HoldAsync(userId, amount, reference, lifetime, cancellationToken));

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken) =>
        observer.AroundAsync(
            Act.Charge, () => inner.DeductAsync(userId, action, amount, reference, hold, cancellationToken));

    public Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Release, () => inner.ReleaseAsync(hold, cancellationToken));
}
