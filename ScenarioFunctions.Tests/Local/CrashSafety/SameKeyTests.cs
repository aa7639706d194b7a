using System.Net;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Chaos.Storm;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class SameKeyTests
{
    private const int Clients = 20;
    private const int Keys = 8;

    [Fact]
    public async Task Twenty_clients_with_the_same_key_get_one_task_that_only_ever_goes_forward()
    {
        using var folder = new HostFolder();
        folder.Settings["MAX_PARALLEL_IMAGES"] = "4";
        var faults = new Faults();
        var ids = new HashSet<string>();
        await using (var server = await folder.StartAsync())
        {
            foreach (var key in Enumerable.Range(0, Keys))
            {
                var seen = await Task.WhenAll(Enumerable.Range(0, Clients).Select(number =>
                    Task.Run(() => OneAsync(server.Address, key, number, faults))));
                ids.Add(Assert.Single(seen.Distinct()));
            }

            await folder.UntilSettledAsync();
        }

        Assert.Empty(faults.Found);
        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal(ids, data.Tasks.Select(task => task.Id).ToHashSet());
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
    }

    /// <summary>Posts, polls to the end, and, as one of the first in every second task, cancels on the way.</summary>
    private static async Task<string> OneAsync(Uri server, int key, int number, Faults faults)
    {
        using var client = new TaskClient(server);
        var taskId = await client.PostAsync(Posts.Body($"key-{key}", 4, "user_1"), $"key-{key}");
        var watch = new TaskWatch(new PostedTask(taskId, $"key-{key}", 4), faults);
        for (var look = 0; !watch.HasEnded; look++)
        {
            if (key % 2 == 1 && number < 4 && look == number * key)
            {
                Assert.Contains(await client.CancelAsync(taskId), new[] { HttpStatusCode.Accepted, HttpStatusCode.Conflict });
            }

            watch.See(await client.FindAsync(taskId));
        }

        return taskId;
    }
}
