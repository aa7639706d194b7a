using System.Net;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Local.CrashSafety;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>The limits of a user, as the embedded host has them in its settings.</summary>
public sealed class UserLimitsTests : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_scenario_of_a_user_without_credits_is_saved_and_makes_room_when_it_has_ended()
    {
        folder.Settings["LOCAL_STARTING_CREDITS"] = "0";
        folder.Settings["MAX_OPEN_TASKS_PER_USER"] = "1";
        await using var server = await folder.StartAsync();
        using var client = new TaskClient(server.Address);

        foreach (var name in new[] { "first", "second" })
        {
            await client.WaitAsync(await client.PostAsync(Posts.Body(name, 3, "poor"), name));
        }

        await folder.UntilAsync(data => data.Scenarios.Count == 2 && data.Scenes.Count(scene => scene.Status == "skipped") == 6);
    }

    [Fact]
    public async Task Open_tasks_over_the_limit_are_refused_also_after_a_restart()
    {
        folder.Settings["MAX_OPEN_TASKS_PER_USER"] = "1";
        var open = Posts.Body("open", 2, "busy", _ => "emulator:slow=600");
        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            await client.PostAsync(open, "open");
            Assert.Equal(HttpStatusCode.TooManyRequests, (await client.SendPostAsync(open, "more")).StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, (await client.SendPostAsync(Posts.Body("other", 2, "other"), "other")).StatusCode);
        }

        await using var next = await folder.StartAsync();
        using var again = new TaskClient(next.Address);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await again.SendPostAsync(open, "more")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await again.SendPostAsync(open, "open")).StatusCode);
    }
}
