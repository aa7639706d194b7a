using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>A task is cancelled after its first image and during its second, on a disk that fails once after that.</summary>
public sealed class FailingDiskInCancelTests
{
    private static readonly byte[] Body = Posts.Body("three", 3, "user_1", scene => scene == 3 ? "emulator:slow=600" : "");

    [Theory]
    [InlineData(Failure.Passing)]
    [InlineData(Failure.AnswerLost)]
    public async Task It_winds_down_whichever_use_of_the_disk_fails(Failure failure)
    {
        var uses = await CancelAsync(int.MaxValue, failure);
        Assert.InRange(uses, 5, 30);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, uses),
            TestContext.Current.CancellationToken,
            async (nth, _) => await CancelAsync(nth, failure));
    }

    /// <returns>How often the disk was used since the cancel.</returns>
    private static async Task<int> CancelAsync(int nth, Failure failure)
    {
        using var folder = new HostFolder();
        var acts = new FailingActs(nth, failure) { IsCounting = false };
        await using (var server = await folder.StartAsync(services =>
        {
            services.AddSingleton<TimeProvider>(new HurriedTime());
            services.Observe(acts);
        }))
        {
            using var client = new TaskClient(server.Address);
            var taskId = await client.PostAsync(Body, "key");
            await folder.UntilAsync(data => data.Scenes is [.., { GenerationId: not null }]);
            acts.IsCounting = true;
            if (await client.CancelAsync(taskId) == HttpStatusCode.ServiceUnavailable)
            {
                Assert.Equal(HttpStatusCode.Accepted, await client.CancelAsync(taskId));
            }

            Assert.Equal("cancelled", (string?)(await client.WaitAsync(taskId))["status"]);
            await folder.UntilSettledAsync();
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        var faults = string.Join(' ', Books.Faults(data, creditsPerImage: 2));
        Assert.True(faults.Length == 0, $"Use {nth}, {acts.Failed}: {faults}");
        Assert.Equal(["skipped", "completed", "cancelled"], data.Scenes.Select(scene => scene.Status));
        Assert.Equal([false, true], data.Generations.Select(generation => generation.Deleted));
        return acts.Uses;
    }
}
