using DurableTask.AzureStorage;
using ScenarioFunctions.Tests.Azure.DurableHub;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The Azure adapter and its functions on Azure Storage, as in production, with short timeouts.</summary>
public sealed class AzuriteEngineHost : TaskHubEngineHost
{
    /// <summary>Of a host that is gone; also the longest that a step may take here, or it runs twice.</summary>
    private static readonly TimeSpan MessagesComeBackAfter = TimeSpan.FromSeconds(10);

    private Azurite? azurite;
    private AzureStorageOrchestrationService? storage;

    /// <summary>All but what is in Azure Storage is lost and started again, under another worker's id.</summary>
    public override async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        Backend.Crash();
        await StopAsync();
        azurite?.Dispose();
        await base.DisposeAsync();
    }

    private protected override async Task<TaskHubServer> StartHubAsync()
    {
        azurite ??= await Azurite.StartAsync(TestContext.Current.CancellationToken);
        storage = new AzureStorageOrchestrationService(new AzureStorageOrchestrationServiceSettings
        {
            TaskHubName = "ScenarioHub",
            WorkerId = Guid.NewGuid().ToString(),
            PartitionCount = 1,
            StorageAccountClientProvider = new StorageAccountClientProvider(azurite.ConnectionString),
            MaxQueuePollingInterval = TimeSpan.FromMilliseconds(100),
            ControlQueueVisibilityTimeout = MessagesComeBackAfter,
            WorkItemQueueVisibilityTimeout = MessagesComeBackAfter,
            LeaseAcquireInterval = TimeSpan.FromSeconds(1),
        });
        await storage.CreateIfNotExistsAsync();
        return await TaskHubServer.StartAsync(storage);
    }

    private async Task StopAsync()
    {
        await KillWorkerAsync();
        if (storage is not null)
        {
            await storage.StopAsync(isForced: true);
        }
    }
}
