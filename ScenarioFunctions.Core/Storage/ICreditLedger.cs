namespace ScenarioFunctions.Core.Storage;

/// <summary>A user's credits. What is held belongs to tasks under way: only the rest can be held or spent.</summary>
public sealed record CreditBalance(long Balance, long Held)
{
    public long Available => Math.Max(0, Balance - Held);
}

/// <summary>
/// The seam to a user's credit system. Every change is atomic, and happens once per reference, however often it
/// is asked for. Every member throws <see cref="StorageException"/> when the ledger refuses or does not answer.
/// </summary>
public interface ICreditLedger
{
    /// <summary>Both numbers are never negative.</summary>
    Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Holds <paramref name="amount"/> credits, all or none. A hold that was released or has lapsed opens again
    /// under the same reference.
    /// </summary>
    /// <param name="userId">Whose credits.</param>
    /// <param name="amount">Credits, 0 or more.</param>
    /// <param name="reference">Names the hold; unique over all users.</param>
    /// <param name="lifetime">After this the hold lapses, if nobody has released it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when the hold is open, by this call or an earlier one; false when too little is available.</returns>
    Task<bool> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Charges <paramref name="amount"/> credits, from the hold where it has as many left.</summary>
    /// <param name="userId">Who pays.</param>
    /// <param name="action">What is paid, such as <c>generate_image</c>.</param>
    /// <param name="amount">Credits, 0 or more.</param>
    /// <param name="reference">Names the charge; unique over all users.</param>
    /// <param name="hold">The hold's reference; null, or a hold that is no longer open, leaves what is available.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when the reference is charged, by this call or an earlier one; false when the credits are short.</returns>
    Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken);

    /// <summary>Ends a hold. One that is unknown or has ended is no error.</summary>
    /// <returns>How many credits became available.</returns>
    Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken);
}

/// <summary>Adds credits; only the embedded host has it, as elsewhere the credit system is the user's own.</summary>
public interface ICreditGrants
{
    /// <summary>Adds <paramref name="amount"/> (at least 1) credits, once per reference.</summary>
    /// <returns>Whether they are added, by this call or an earlier one; false when the reference is that of another grant.</returns>
    /// <exception cref="StorageException"/>
    Task<bool> GrantAsync(string userId, int amount, string reference, CancellationToken cancellationToken);
}
