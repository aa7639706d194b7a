using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Local.CrashSafety;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary><c>DELETE /scenarios/{scenario_id}</c> on the embedded host, with real files.</summary>
public sealed class DeleteScenarioTests : IDisposable
{
    private readonly HostFolder folder = new();
    private readonly HttpClient http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_and_files_of_the_scenario_go_and_the_books_and_other_scenarios_stay()
    {
        await using var server = await folder.StartAsync();
        using var client = new TaskClient(server.Address);
        await SaveAsync(client, "kept");
        var scenarioId = await SaveAsync(client, "gone");
        var before = await DataFolder.ReadAsync(folder.DataPath);

        var answer = await http.DeleteAsync(new Uri(server.Address, $"/scenarios/{scenarioId}"), Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!;
        Assert.Equal((3, 2), ((int)body["scenes_removed"]!, (int)body["images_removed"]!));
        var after = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal(before.Scenarios.Where(id => $"{id}" != scenarioId), after.Scenarios);
        Assert.Equal(before.Scenes.Where(scene => $"{scene.ScenarioId}" != scenarioId), after.Scenes);
        Assert.Equal(after.Scenes.Select(scene => scene.ImageUrl).OfType<string>().Order(), after.ImageUrls.Order());
        Assert.Equal(2, after.ImageUrls.Count);
        Assert.Equal(before.Ledger, after.Ledger);
        var indexed = Directory.GetFiles(Path.Combine(after.ImagesPath, LocalImageIndex.FolderName)).Select(file => Path.GetFileName(file));
        Assert.Equal(2, before.Scenes.Select(scene => $"{scene.Id}").Intersect(indexed).Count());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(server.Address, $"/scenarios/{scenarioId}"), Stop)).StatusCode);
    }

    /// <summary>Stopped after any image: what a killed process leaves, too.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_deletion_that_stopped_half_way_is_finished_by_the_next_even_after_a_restart(int deletes)
    {
        string scenarioId;
        await using (var server = await folder.StartAsync(services => services.AddSingleton<IImageStore>(provider =>
            new StoppingImages(
                provider.GetRequiredService<DataDirectory>(), provider.GetRequiredService<LocalDatabase>(), deletes))))
        {
            using var client = new TaskClient(server.Address);
            scenarioId = await SaveAsync(client, "gone");
            var answer = await http.DeleteAsync(new Uri(server.Address, $"/scenarios/{scenarioId}"), Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.Equal(2 - deletes, (await DataFolder.ReadAsync(folder.DataPath)).ImageUrls.Count);
        await using (var server = await folder.StartAsync())
        {
            var answer = await http.DeleteAsync(new Uri(server.Address, $"/scenarios/{scenarioId}"), Stop);
            Assert.Equal(2, (int)(await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!["images_removed"]!);
        }

        var after = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal((0, 0, 0), (after.Scenarios.Count, after.Scenes.Count, after.ImageUrls.Count));
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private static async Task<string> SaveAsync(TaskClient client, string shortId)
    {
        var task = await client.WaitAsync(await client.PostAsync(Posts.Body(shortId, 3, "user_1"), shortId));
        return (string)task["metadata"]!["scenario_id"]!;
    }

    /// <summary>Refuses every removal after the first ones.</summary>
    private sealed class StoppingImages(DataDirectory directory, LocalDatabase database, int deletes) : IImageStore
    {
        private readonly LocalImageStore images = new(directory, database);
        private int count;

        public Task<string> StoreAsync(string path, ImageFile image, string contentType, CancellationToken cancellationToken) =>
            images.StoreAsync(path, image, contentType, cancellationToken);

        public Task DeleteAsync(string path, CancellationToken cancellationToken) => Interlocked.Increment(ref count) > deletes
            ? throw new StorageException("The disk is away.", isTransient: true)
            : images.DeleteAsync(path, CancellationToken.None);
    }
}
