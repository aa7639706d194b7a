using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>
/// Clients that post scenarios, follow them, sometimes cancel, and make images again, whatever happens to the server. They repeat a
/// failed request with the same Idempotency-Key.
/// </summary>
internal sealed class StormClients(StormOptions options, Func<Uri?> address, Faults faults)
{
    private const int Clients = 16;
    private const int Crowd = 20;
    private const int Users = 12;
    private const int PoorUsers = 4;
    private const int Plenty = 1_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly byte[] Missing = """{"scenes":"missing"}"""u8.ToArray();

    private readonly ConcurrentQueue<PostedTask> posted = new();

    public IReadOnlyList<PostedTask> Posted => [.. posted];

    /// <summary>Gives most users many credits, and the others too few.</summary>
    public async Task GrantAsync()
    {
        using var client = new TaskClient(address()!);
        foreach (var user in Enumerable.Range(PoorUsers, Users - PoorUsers))
        {
            await client.GrantAsync($"user_{user}", Plenty);
        }
    }

    /// <summary>Gives those who run short enough for a few images, now and then: some of their tasks can be paid.</summary>
    public async Task GrantLittleAsync(Random random)
    {
        foreach (var user in Enumerable.Range(0, PoorUsers))
        {
            try
            {
                using var client = new TaskClient(address()!);
                await client.GrantAsync($"user_{user}", random.Next(1, 7));
            }
            catch (HttpRequestException)
            {
                // The disk is full.
            }
        }
    }

    /// <summary>Posts until <paramref name="enough"/>, then follows the posted tasks until they end.</summary>
    public Task RunAsync(CancellationToken enough, CancellationToken abort) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(options.Seed, number));
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                try
                {
                    await OneAsync($"c{number}-{i}", random, abort);
                }
                catch (Exception exception) when (!abort.IsCancellationRequested)
                {
                    faults.Add($"A client of c{number}-{i} was answered badly: {exception.Message}");
                }
            }
        })));

    private async Task OneAsync(string name, Random random, CancellationToken abort)
    {
        var scenes = random.Next(1, 9);
        var body = Posts.Body(name, scenes, $"user_{random.Next(Users)}", _ => Words(random));
        var taskId = await PostAsync(name, body, random.Next(10) == 0 ? Crowd : random.Next(1, 4), abort);
        var task = await FollowAsync(new PostedTask(taskId, name, scenes), random, abort);
        if (task.Cancel is null && random.Next(2) == 0)
        {
            await RedoAsync(task, random, abort);
        }
    }

    /// <summary>Follows a task to its end, and sometimes cancels it.</summary>
    private async Task<PostedTask> FollowAsync(PostedTask task, Random random, CancellationToken abort)
    {
        posted.Enqueue(task);
        var cancelAfter = random.Next(6) == 0 ? random.Next(0, 25) : int.MaxValue;
        var watch = new TaskWatch(task, faults);
        for (var look = 0; !watch.HasEnded; look++)
        {
            if (look == cancelAfter)
            {
                task.Cancel = await UntilAnsweredAsync(
                    async client => await client.CancelAsync(task.TaskId) is var status && status != HttpStatusCode.ServiceUnavailable
                        ? status
                        : throw new HttpRequestException("The disk is full."),
                    abort);
            }

            watch.See(await UntilAnsweredAsync(client => client.FindAsync(task.TaskId), abort));
            await Task.Delay(Pause, abort);
        }

        return task;
    }

    /// <summary>
    /// Makes what is missing of a scenario, or one of its images again; shows an earlier version; and asks for its task, which has
    /// not failed, to be continued.
    /// </summary>
    private async Task RedoAsync(PostedTask saved, Random random, CancellationToken abort)
    {
        var (name, scenarioId) = ($"{saved.Name}-redo", $"{ScenarioIds.Scenario(saved.TaskId)}");
        var body = random.Next(2) == 0 ? Missing : Posts.Redo(name, random.Next(1, saved.Scenes!.Value + 1), Words(random));
        if (await UntilAnsweredAsync(client => client.RedoAsync(scenarioId, body, name), abort) is { } taskId)
        {
            await FollowAsync(new PostedTask(taskId, name, null), random, abort);
        }

        var stored = await UntilAnsweredAsync(client => client.ReadScenarioAsync(scenarioId), abort);
        if (stored["scenes"]!.AsArray().FirstOrDefault(scene => scene!["versions"]!.AsArray().Count > 1) is { } scene)
        {
            var number = (int)scene["scene_number"]!;
            await UntilAnsweredAsync(client => client.ShowAsync(scenarioId, number, version: 1), abort);
            saved.ShowsFirstVersionOf = number;
        }

        if (await UntilAnsweredAsync(client => client.ResumeAsync(saved.TaskId), abort) != HttpStatusCode.Conflict)
        {
            faults.Add($"Task {saved.Name} had completed, and was continued.");
        }
    }

    /// <summary>Posts the same body once or, like impatient people, several times at once.</summary>
    private async Task<string> PostAsync(string name, byte[] body, int times, CancellationToken abort)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, times).Select(_ =>
            UntilAnsweredAsync(client => client.PostAsync(body, name), abort)));
        if (ids.Distinct().Count() > 1)
        {
            faults.Add($"The key {name} led to {ids.Distinct().Count()} tasks.");
        }

        return ids[0];
    }

    private async Task<T> UntilAnsweredAsync<T>(Func<TaskClient, Task<T>> request, CancellationToken abort)
    {
        while (true)
        {
            abort.ThrowIfCancellationRequested();
            try
            {
                if (address() is { } server)
                {
                    using var client = new TaskClient(server);
                    return await request(client);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or TaskCanceledException)
            {
                // The server was killed, or is starting or stopping: retry.
            }

            await Task.Delay(Pause, abort);
        }
    }

    private static string Words(Random random) => random.Next(20) switch
    {
        0 => "emulator:fail",
        1 => "emulator:reject",
        2 => "emulator:slow=1.5",
        _ => "",
    };
}

/// <summary>A task that a client got a 202 for.</summary>
/// <param name="TaskId">Its id.</param>
/// <param name="Name">In its prompts.</param>
/// <param name="Scenes">How many it saves; null when it makes images again.</param>
internal sealed record PostedTask(string TaskId, string Name, int? Scenes)
{
    /// <summary>The scene whose first version was chosen in the end; null for none.</summary>
    public int? ShowsFirstVersionOf { get; set; }

    /// <summary>The answer to DELETE; null when none was sent.</summary>
    public HttpStatusCode? Cancel { get; set; }
}
