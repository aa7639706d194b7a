namespace ScenarioFunctions.Core.Storage;

/// <summary>The seam to a user's credit system.</summary>
public interface ICreditLedger
{
    /// <summary>The user's balance in credits, never negative.</summary>
    /// <exception cref="StorageException"/>
    Task<long> GetBalanceAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Deducts <paramref name="amount"/> credits once per <paramref name="reference"/>, however often it is
    /// called; atomic, and never below zero.
    /// </summary>
    /// <returns>True when the reference is charged, by this call or an earlier one; false when the balance is short.</returns>
    /// <exception cref="StorageException"/>
    Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, CancellationToken cancellationToken);
}
