using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The ledger, observed.</summary>
internal sealed class ObservedCreditLedger(ICreditLedger inner, IActObserver observer) : ICreditLedger
{
    public Task<long> GetBalanceAsync(string userId, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Balance, () => inner.GetBalanceAsync(userId, cancellationToken));

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, CancellationToken cancellationToken) =>
        observer.AroundAsync(
            Act.Charge, () => inner.DeductAsync(userId, action, amount, reference, cancellationToken));
}
