using System.Diagnostics.CodeAnalysis;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Local.Engine;

/// <summary>Tells a task's steps of its cancel, at once.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer or a wait handle there is nothing to dispose.")]
internal sealed class RunCancellation : IStepContext
{
    private readonly CancellationTokenSource source = new();

    public CancellationToken Cancelled => source.Token;

    public void Cancel() => source.Cancel();

    public ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(source.IsCancellationRequested);
}
