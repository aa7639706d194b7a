namespace ScenarioFunctions.Local.Storage;

/// <summary>The data folder cannot be used.</summary>
/// <param name="message">For a person: what is wrong with which folder, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class DataDirectoryException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another process holds it, and may soon let go.</summary>
    public bool IsHeld { get; init; }
}
