using Microsoft.DurableTask.Client;

namespace ScenarioFunctions.Engine;

/// <summary>
/// The Durable Task client of the invocation under way. The worker gives one to each function and to nobody
/// else; a function that calls the API hands it on here, for the engine, as ASP.NET Core does with its context.
/// </summary>
public sealed class DurableClients
{
    private readonly AsyncLocal<DurableTaskClient?> current = new();

    /// <exception cref="InvalidOperationException">No function has handed one on.</exception>
    public DurableTaskClient Current
    {
        get => current.Value ?? throw new InvalidOperationException("The function has handed on no Durable Task client.");
        set => current.Value = value;
    }
}
