using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class StorageServicesTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LogCollector log = new();
    private readonly ServiceProvider services;

    public StorageServicesTests()
    {
        var path = folder.File("data");
        var directory = DataDirectory.Open(path);
        services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton(_ => directory)
            .AddSingleton(new LocalSettings { DataDirectory = path })
            .AddEmbeddedStorage(Task.Run(() => LocalDatabase.Open(directory.DatabasePath, directory.LockId)))
            .BuildServiceProvider(validateScopes: true);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public void Every_interface_of_storage_is_served()
    {
        Assert.IsType<LocalScenarioStore>(services.GetRequiredService<IScenarioStore>());
        Assert.IsType<LocalImageStore>(services.GetRequiredService<IImageStore>());
        Assert.Same(services.GetRequiredService<ICreditLedger>(), services.GetRequiredService<ICreditGrants>());
    }

    [Fact]
    public async Task A_store_that_works_is_healthy()
    {
        var report = await CheckAsync();

        Assert.Equal(["database", "images"], report.Entries.Keys.Order());
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Fact]
    public async Task A_closed_database_is_unhealthy_and_the_images_are_not()
    {
        await services.GetRequiredService<LocalDatabase>().DisposeAsync();

        var report = await CheckAsync();

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["database"].Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["images"].Status);
        Assert.DoesNotContain(folder.File("data"), report.Entries["database"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_folder_of_images_is_unhealthy_and_the_database_is_not()
    {
        Directory.Delete(services.GetRequiredService<DataDirectory>().ImagesPath);

        var report = await CheckAsync();

        Assert.Equal(HealthStatus.Healthy, report.Entries["database"].Status);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["images"].Status);
        Assert.Contains("cannot be written to", report.Entries["images"].Description, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.File("data"), report.Entries["images"].Description, StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.StartsWith("Error 526 ", StringComparison.Ordinal) && line.Contains(folder.File("data"), StringComparison.Ordinal));
    }

    private Task<HealthReport> CheckAsync() => services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
}
