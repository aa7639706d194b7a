using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Studio;

/// <summary>The studio's page at its limits: 100 scenes with pictures, 1,000 tasks, ten minutes of polls.</summary>
internal static class StudioBenchmark
{
    private const int Scenes = 100;
    private const int Tasks = 1000;
    private const int TenMinutesOfPolls = 600;
    private const int PollsASecond = 20;
    private const int ScrollSteps = 120;

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        using var server = await MeasuredServer.StartAsync(("EMULATOR_LATENCY_SECONDS", "0.2"), ("EMULATOR_CONCURRENCY", "100"));
        using var client = new ServiceClient(server.Address);
        await using var studio = await StudioPage.OpenAsync(server.Address);
        return [.. await WatchAsync(studio, client), .. await OpenAsync(studio, client), .. await ListAsync(studio, client)];
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> WatchAsync(StudioPage studio, ServiceClient client)
    {
        var page = studio.Page;
        var (id, _) = await client.PostAsync(Body());
        await studio.StartAsync();
        await page.GotoAsync($"/?fast#/tasks/{id}");
        await page.Locator($".strip [data-status=completed] >> nth={Scenes - 3}").WaitForAsync(
            new() { State = WaitForSelectorState.Attached, Timeout = 300_000 });
        var landing = await studio.StopAsync();
        var (scrolling, gaps) = await ScrollAsync(studio);
        await studio.StartAsync();
        await studio.WaitForPollsAsync(TenMinutesOfPolls);
        var polling = await studio.StopAsync();
        var heap = await studio.HeapAsync();
        var (own, share) = await StudioPage.MemoryAsync(polling.Process);
        return
        [
            .. LongestTask("landing", landing, $"while the page opens and the pictures of {Scenes} scenes land"),
            .. LongestTask("scrolling", scrolling, "while scrolling through all of them and back, still polling"),
            new("frame_gap_ms_p50", Percentiles.Of(gaps, 0.5), "17", "between frames while scrolling, on the clock"),
            new("frame_gap_ms_p99", Percentiles.Of(gaps, 0.99), "<= 50", "the same"),
            .. LongestTask("polling", polling, $"in {TenMinutesOfPolls} polls that each bring the whole task"),
            new("heap_mb", heap, "< 150", $"of the script, collected, after these polls: as many as 10 minutes have, made {PollsASecond} a second"),
            new("page_mb", own, "< 150", "private memory of the page's process then, with decoded pictures, all of which were on the screen once"),
            new("page_mb_share", share, null, "the same with its share of what processes have in common, such as Chromium itself"),
        ];
    }

    private static BenchmarkResult[] LongestTask(string phase, MainThread thread, string meaning) =>
    [
        new($"longest_task_ms_{phase}", thread.LongestCpu, "< 50", $"the processor's time of the longest task {meaning}"),
        new($"longest_task_ms_{phase}_clock", thread.LongestClock, null, "the same on the clock, which runs on while other processes have the processor"),
    ];

    private static async Task<(MainThread Thread, List<double> Gaps)> ScrollAsync(StudioPage studio)
    {
        await studio.StartAsync();
        await studio.Page.Mouse.MoveAsync(640, 450);
        for (var step = 0; step < ScrollSteps; step++)
        {
            await studio.Page.Mouse.WheelAsync(0, step < ScrollSteps / 2 ? 300 : -300);
            await Task.Delay(16);
        }

        var thread = await studio.StopAsync();
        return (thread, [.. await studio.FrameGapsAsync()]);
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> OpenAsync(StudioPage studio, ServiceClient client)
    {
        var (id, _) = await client.PostAsync(ScenarioBody.Create(Scenes - 1));
        while (await client.StatusAsync(id) != "completed")
        {
            await Task.Delay(100);
        }

        var opened = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            await studio.Page.GotoAsync("/studio/icon.svg");
            await studio.Page.GotoAsync($"/#/tasks/{id}");
            opened.Add(await studio.WatchedAsync());
        }

        return [new("task_open_ms", Percentiles.Of(opened, 0.5), "< 300", $"from opening the page to {Scenes} scenes of a finished task painted, median of 5")];
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> ListAsync(StudioPage studio, ServiceClient client)
    {
        for (var task = 0; task < Tasks; task++)
        {
            await client.PostAsync(ScenarioBody.Create(0));
        }

        var page = studio.Page;
        await page.GotoAsync("/studio/icon.svg");
        var opened = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            await page.GotoAsync("/#/tasks");
            opened.Add(await studio.ListedAsync());
            await page.GotoAsync("/studio/icon.svg");
        }

        await studio.StartAsync();
        await page.GotoAsync("/#/tasks");
        var more = page.Locator("#more");
        for (var rows = 50; rows < Tasks; rows += 50)
        {
            await more.ClickAsync();
            await page.Locator($".rows li >> nth={rows + 49}").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }

        return
        [
            new("list_open_ms", Percentiles.Of(opened, 0.5), "< 500", $"from opening the page to the first 50 of {Tasks:N0} tasks painted, median of 5"),
            new("list_open_ms_first", opened[0], "< 500", "the same, the first time"),
            .. LongestTask("list", await studio.StopAsync(), "while all of them are loaded, 50 at a time"),
        ];
    }

    /// <summary>All but one of its pictures are soon made; the task runs as long as the page follows it.</summary>
    private static byte[] Body()
    {
        var body = JsonNode.Parse(ScenarioBody.Create(Scenes - 1))!;
        body["scenario"]!["scenes"]![Scenes - 1]!["image_prompt"] = "emulator:slow=3600 the last";
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
