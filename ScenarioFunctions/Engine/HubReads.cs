using System.Runtime.CompilerServices;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>Reads instances of the task hub.</summary>
internal static class HubReads
{
    public const int PageSize = 1_000;

    /// <returns>The task's instance, with its input and output; null when there is none.</returns>
    /// <exception cref="EngineUnavailableException"/>
    public static async Task<OrchestrationMetadata?> ReadTaskAsync(
        this DurableClients clients, string taskId, CancellationToken cancellationToken)
    {
        var instance = await clients.AskAsync(
            (client, token) => client.GetInstanceAsync(taskId, getInputsAndOutputs: true, token), cancellationToken);
        return Workflows.IsOurs(instance?.Name) ? instance : null;
    }

    /// <summary>All matching instances with one of the wanted names. Each page is one call, so that a large hub takes long but still answers.</summary>
    /// <exception cref="EngineUnavailableException"/>
    public static async IAsyncEnumerable<IReadOnlyList<OrchestrationMetadata>> PagesAsync(
        this DurableClients clients,
        OrchestrationQuery filter,
        Predicate<string> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await clients.AskAsync(
                (client, token) => client.GetAllInstancesAsync(filter).AsPages(continuation).FirstAsync(token).AsTask(),
                cancellationToken);
            yield return [.. page.Values.Where(instance => isWanted(instance.Name))];
            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
    }

    /// <summary>All pages together.</summary>
    /// <exception cref="EngineUnavailableException"/>
    public static async Task<List<OrchestrationMetadata>> ScanAsync(
        this DurableClients clients, OrchestrationQuery filter, Predicate<string> isWanted, CancellationToken cancellationToken)
    {
        var found = new List<OrchestrationMetadata>();
        await foreach (var page in clients.PagesAsync(filter, isWanted, cancellationToken))
        {
            found.AddRange(page);
        }

        return found;
    }
}
