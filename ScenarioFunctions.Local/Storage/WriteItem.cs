namespace ScenarioFunctions.Local.Storage;

/// <inheritdoc/>
internal sealed class WriteItem<T>(Func<LocalSession, T> work, CancellationToken cancellationToken)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWriteItem
{
    private T result = default!;

    public bool EndIfCancelled() => cancellationToken.IsCancellationRequested && TrySetCanceled(cancellationToken);

    public void Run(LocalSession session) => result = work(session);

    public void Complete() => SetResult(result);

    public void Fail(Exception exception) => SetException(exception);
}
