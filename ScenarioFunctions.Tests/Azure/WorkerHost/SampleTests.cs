using System.Net;
using System.Text.Json;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>What the published worker is there for.</summary>
public sealed class SampleTests(SharedService shared) : IClassFixture<SharedService>
{
    public static TheoryData<string> Samples() =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.json").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_completes_with_an_image_for_every_scene_but_the_first(string sample)
    {
        var service = await shared.StartedAsync();
        await service.GrantAsync(sample, 100);
        var scenario = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "samples", sample), TestContext.Current.CancellationToken);
        using var posted = JsonDocument.Parse(scenario);
        var scenes = posted.RootElement.GetProperty("scenes").GetArrayLength();

        var task = await service.CompleteAsync(await service.SaveAsync(scenario, sample));

        var made = task.GetProperty("scenes").EnumerateArray().Where(scene => scene.GetProperty("status").GetString() == "completed");
        var images = made.Select(scene => scene.GetProperty("image_url").GetString()!).Distinct().ToList();
        Assert.Equal(scenes - 1, images.Count);
        foreach (var image in images)
        {
            using var http = new HttpClient();
            using var response = await http.GetAsync(image, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, "image/png"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }

        Assert.Equal(
            100 - (2 * images.Count),
            await service.Supabase.Database.ScalarAsync<long>($"select balance from credit_accounts where user_id = '{sample}'"));
    }
}
