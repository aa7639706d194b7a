namespace ScenarioFunctions.Core.Storage;

/// <summary>A database, ledger or image store refused or did not answer.</summary>
/// <param name="message">Its error as text for people; never contains a key.</param>
/// <param name="isTransient">Whether the same call may work later.</param>
/// <param name="inner">The cause.</param>
public sealed class StorageException(string message, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether what was called works and refuses: a function or a constraint of the project's own says no.</summary>
    public bool IsRefusal { get; init; }
}
