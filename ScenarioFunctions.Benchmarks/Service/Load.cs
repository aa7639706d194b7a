using System.Net.Http.Headers;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Service;

/// <summary>What clients do to the server.</summary>
internal static class Load
{
    /// <summary>Posts so many as fast as <paramref name="clients"/> can that wait for their answers.</summary>
    /// <returns>The tasks' ids.</returns>
    public static async Task<string[]> PostAsync(ServiceClient client, byte[] body, int count, int clients)
    {
        var ids = new string[count];
        var next = -1;
        async Task PostSomeAsync()
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                ids[i] = (await client.PostAsync(body)).TaskId;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => PostSomeAsync()));
        return ids;
    }

    /// <summary>Posts every <paramref name="interval"/>, whether or not the last answer has come, until stopped.</summary>
    /// <returns>How long each answer took, in ms.</returns>
    public static async Task<IReadOnlyList<double>> PostSteadilyAsync(
        ServiceClient client, byte[] body, TimeSpan interval, CancellationToken stop)
    {
        var answers = new List<Task<(string, double Milliseconds)>>();
        using var timer = new PeriodicTimer(interval);
        while (!stop.IsCancellationRequested)
        {
            answers.Add(client.PostAsync(body));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return [.. (await Task.WhenAll(answers)).Select(answer => answer.Milliseconds)];
    }

    /// <summary>
    /// Many who each follow one task after another, looking once a second, as <c>Retry-After</c> says; every
    /// second one sends the tag that it knows.
    /// </summary>
    /// <returns>How long each answer took, in ms.</returns>
    public static async Task<IReadOnlyList<double>> PollAsync(
        ServiceClient client, string[] ids, int pollers, CancellationToken stop)
    {
        var samples = await Task.WhenAll(Enumerable.Range(0, pollers).Select(
            number => PollOneAsync(client, ids[number % ids.Length], number % 2 == 0, stop)));
        return [.. samples.SelectMany(sample => sample)];
    }

    private static async Task<List<double>> PollOneAsync(
        ServiceClient client, string taskId, bool sendsTag, CancellationToken stop)
    {
        var samples = new List<double>();
        await Task.Delay(TimeSpan.FromSeconds(Random.Shared.NextDouble()), CancellationToken.None);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        EntityTagHeaderValue? known = null;
        while (!stop.IsCancellationRequested)
        {
            var (took, tag) = await client.GetAsync(taskId, known);
            samples.Add(took);
            known = sendsTag ? tag : null;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return samples;
    }
}
