using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>
/// Clients that post scenarios, follow them and sometimes cancel, whatever happens to the server. They repeat a failed request
/// with the same Idempotency-Key.
/// </summary>
internal sealed class StormClients(StormOptions options, Func<Uri?> address, Faults faults)
{
    private const int Clients = 16;
    private const int Crowd = 20;
    private const int Users = 12;
    private const int PoorUsers = 4;
    private const int Plenty = 1_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

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
        var cancelAfter = random.Next(6) == 0 ? random.Next(0, 25) : int.MaxValue;
        var taskId = await PostAsync(name, body, random.Next(10) == 0 ? Crowd : random.Next(1, 4), abort);
        var task = new PostedTask(taskId, name, scenes);
        posted.Enqueue(task);

        var watch = new TaskWatch(task, faults);
        for (var look = 0; !watch.HasEnded; look++)
        {
            if (look == cancelAfter)
            {
                task.Cancel = await UntilAnsweredAsync(
                    async client => await client.CancelAsync(taskId) is var status && status != HttpStatusCode.ServiceUnavailable
                        ? status
                        : throw new HttpRequestException("The disk is full."),
                    abort);
            }

            watch.See(await UntilAnsweredAsync(client => client.FindAsync(taskId), abort));
            await Task.Delay(Pause, abort);
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
internal sealed record PostedTask(string TaskId, string Name, int Scenes)
{
    /// <summary>The answer to DELETE; null when none was sent.</summary>
    public HttpStatusCode? Cancel { get; set; }
}
