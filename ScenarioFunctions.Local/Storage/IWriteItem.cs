namespace ScenarioFunctions.Local.Storage;

/// <summary>Work that waits for the writer, and the caller that waits for it.</summary>
internal interface IWriteItem
{
    /// <summary>Ends the item when its caller gave up before it began.</summary>
    /// <returns>Whether it is ended.</returns>
    bool EndIfCancelled();

    /// <summary>Runs the work in the writer's transaction; again, when the first transaction was rolled back.</summary>
    void Run(LocalSession session);

    /// <summary>The transaction is on disk.</summary>
    void Complete();

    void Fail(Exception exception);
}
