using System.Text.Json;
using Microsoft.Playwright;

namespace ScenarioFunctions.Benchmarks.Studio;

/// <summary>
/// The tasks of a page's main thread, from Chromium's own trace: their processor time, which only the page uses, and their
/// elapsed time, which also depends on the rest of the machine.
/// </summary>
internal sealed class MainThreadTrace(ICDPSession cdp)
{
    private readonly List<JsonElement> events = [];

    public async Task StartAsync()
    {
        events.Clear();
        cdp.Event("Tracing.dataCollected").OnEvent += Collect;
        await cdp.SendAsync("Tracing.start", new() { ["categories"] = "toplevel,disabled-by-default-lighthouse", ["transferMode"] = "ReportEvents" });
    }

    /// <returns>The page's process, and its longest task by both measures, in ms.</returns>
    public async Task<MainThread> StopAsync()
    {
        var complete = new TaskCompletionSource();
        cdp.Event("Tracing.tracingComplete").OnEvent += (_, _) => complete.TrySetResult();
        await cdp.SendAsync("Tracing.end");
        await complete.Task;
        cdp.Event("Tracing.dataCollected").OnEvent -= Collect;

        var mains = events.Where(IsMainThread).Select(Thread).ToHashSet();
        var tasks = events.Where(entry => Text(entry, "name")!.EndsWith("RunTask", StringComparison.Ordinal) && mains.Contains(Thread(entry))).ToLookup(Thread);
        var page = tasks.MaxBy(thread => thread.Sum(task => Milliseconds(task, "tdur")))!;
        return new(page.Key.Process, page.Max(task => Milliseconds(task, "tdur")), page.Max(task => Milliseconds(task, "dur")));
    }

    private void Collect(object? sender, JsonElement? data)
    {
        lock (events)
        {
            events.AddRange(data!.Value.GetProperty("value").EnumerateArray());
        }
    }

    private static bool IsMainThread(JsonElement entry) =>
        Text(entry, "name") == "thread_name" && Text(entry.GetProperty("args"), "name") == "CrRendererMain";

    private static (int Process, int Thread) Thread(JsonElement entry) =>
        (entry.GetProperty("pid").GetInt32(), entry.GetProperty("tid").GetInt32());

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static double Milliseconds(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var microseconds) ? microseconds.GetDouble() / 1000 : 0;
}

/// <summary>The work of a page's main thread.</summary>
/// <param name="Process">The process id.</param>
/// <param name="LongestCpu">The longest processor time of one task, in ms.</param>
/// <param name="LongestClock">The longest elapsed time of one task, in ms.</param>
internal sealed record MainThread(int Process, double LongestCpu, double LongestClock);
