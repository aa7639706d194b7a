using System.Runtime.InteropServices;

namespace ScenarioFunctions.Local.Cli;

/// <summary>
/// Ctrl+C (SIGINT) and SIGTERM while a command runs: the first signal asks the command to stop, the second ends the process at
/// once.
/// </summary>
internal sealed class CliInterrupts : IDisposable
{
    private readonly CancellationTokenSource requested;
    private readonly List<PosixSignalRegistration> registrations = [];

    private CliInterrupts(CancellationToken token) =>
        requested = CancellationTokenSource.CreateLinkedTokenSource(token);

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => requested.Token;

    /// <summary>Handles the signals of this process until disposed.</summary>
    public static CliInterrupts OfProcess()
    {
        var interrupts = new CliInterrupts(CancellationToken.None);
        interrupts.registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, interrupts.Receive));
        interrupts.registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, interrupts.Receive));
        return interrupts;
    }

    /// <summary>Uses <paramref name="token"/> as the first signal.</summary>
    public static CliInterrupts From(CancellationToken token) => new(token);

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        requested.Dispose();
    }

    private void Receive(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (requested.IsCancellationRequested)
        {
            Environment.Exit(ExitCodes.Cancelled);
        }

        requested.Cancel();
    }
}
