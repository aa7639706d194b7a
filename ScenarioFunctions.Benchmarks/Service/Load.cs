using System.Net.Http.Headers;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Service;

/// <summary>The load that clients put on the server.</summary>
internal static class Load
{
    /// <summary>Posts <paramref name="count"/> tasks as fast as possible, from clients that each wait for the answer.</summary>
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

    /// <summary>Posts every <paramref name="interval"/> until stopped, without waiting for the last answer.</summary>
    /// <returns>The time of each answer, in ms.</returns>
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
    /// Many pollers that each follow one task after another and poll once a second, as <c>Retry-After</c> says. Every second one
    /// sends the ETag.
    /// </summary>
    /// <returns>The time of each answer, in ms.</returns>
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
