namespace ScenarioFunctions.Core.Storage;

/// <summary>Adds credits; only the embedded host has it, as elsewhere the credit system is the user's own.</summary>
public interface ICreditGrants
{
    /// <summary>Adds <paramref name="amount"/> (at least 1) credits and returns the new balance.</summary>
    /// <exception cref="StorageException"/>
    Task<long> GrantAsync(string userId, int amount, CancellationToken cancellationToken);
}
