namespace ScenarioFunctions.Core.Storage;

/// <summary>A user's credits. Held credits belong to running tasks; only the others can be held or spent.</summary>
public sealed record CreditBalance(long Balance, long Held)
{
    public long Available => Math.Max(0, Balance - Held);
}

/// <summary>
/// The interface to a user's credit system. Every change is atomic and happens once per reference, however often it is
/// requested. Every member throws <see cref="StorageException"/> when the ledger refuses or does not answer.
/// </summary>
public interface ICreditLedger
{
    /// <summary>Both numbers are 0 or more.</summary>
    Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Holds <paramref name="amount"/> credits, all or none. A hold that is open keeps its amount, and is extended. One that was
    /// released or has expired can be opened again with the same reference.
    /// </summary>
    /// <param name="userId">The user who pays.</param>
    /// <param name="amount">Credits, 0 or more.</param>
    /// <param name="reference">Identifies the hold; unique over all users.</param>
    /// <param name="lifetime">After this time, from now, the hold expires if it was not released; never earlier than it did before.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many credits this call held: 0 when the hold was open already; null when too few are available.</returns>
    Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Charges <paramref name="amount"/> credits: from the hold if it has enough left, otherwise from the rest.</summary>
    /// <param name="userId">The user who pays.</param>
    /// <param name="action">What is paid for, such as <c>generate_image</c>.</param>
    /// <param name="amount">Credits, 0 or more.</param>
    /// <param name="reference">Identifies the charge; unique over all users.</param>
    /// <param name="hold">The hold's reference; null, or a hold that has ended, means the credits that are available.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the reference is charged, by this call or an earlier one; false when there are too few credits.</returns>
    Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken);

    /// <summary>Ends a hold. No error when it is unknown or has ended.</summary>
    /// <returns>How many credits became available.</returns>
    Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken);
}

/// <summary>Adds credits. Only the embedded host has this; elsewhere users have their own credit system.</summary>
public interface ICreditGrants
{
    /// <summary>Adds <paramref name="amount"/> (at least 1) credits, once per reference.</summary>
    /// <returns>True when they are added, by this call or an earlier one; false when another grant has the reference.</returns>
    /// <exception cref="StorageException"/>
    Task<bool> GrantAsync(string userId, int amount, string reference, CancellationToken cancellationToken);
}
