using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Studio;

/// <summary>The studio's page with as much as it can be given: 100 scenes with pictures, 1,000 tasks, ten minutes.</summary>
internal static class StudioBenchmark
{
    private const int Scenes = 100;
    private const int Tasks = 1000;
    private const int TenMinutesOfPolls = 600;
    private const int ScrollSteps = 120;

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        using var server = await MeasuredServer.StartAsync(("EMULATOR_LATENCY_SECONDS", "0.2"), ("EMULATOR_CONCURRENCY", "100"));
        using var client = new ServiceClient(server.Address);
        await using var studio = await StudioPage.OpenAsync(server.Address);
        return [.. await WatchAsync(studio, client), .. await ListAsync(studio, client)];
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> WatchAsync(StudioPage studio, ServiceClient client)
    {
        var page = studio.Page;
        var (id, _) = await client.PostAsync(Body());
        await page.GotoAsync($"/?fast#/tasks/{id}");
        await page.Locator(".card").Nth(Scenes - 1).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await studio.ResetAsync();
        await page.Locator($".strip [data-status=completed] >> nth={Scenes - 3}").WaitForAsync(
            new() { State = WaitForSelectorState.Attached, Timeout = 300_000 });
        var landing = await studio.LongestTaskAsync();
        var (scrolling, gaps) = await ScrollAsync(studio);
        await studio.ResetAsync();
        await studio.WaitForPollsAsync(TenMinutesOfPolls);
        var polling = await studio.LongestTaskAsync();
        var heap = await studio.HeapAsync();
        var (own, withPictures) = await studio.MemoryAsync();
        await studio.PressAsync();
        var (_, pressed) = await studio.MemoryAsync();
        return
        [
            new("longest_task_ms_landing", landing, "none over 50", $"while the pictures of {Scenes} scenes land; 0 is none over 50"),
            new("longest_task_ms_scrolling", scrolling, "none over 50", "while scrolling through all of them, still polling"),
            new("frame_gap_ms_p50", Percentiles.Of(gaps, 0.5), "17", "between frames while scrolling"),
            new("frame_gap_ms_p99", Percentiles.Of(gaps, 0.99), "<= 50", "the same"),
            new("longest_task_ms_polling", polling, "none over 50", $"in {TenMinutesOfPolls} polls that each bring the whole task"),
            new("heap_mb", heap, "< 150", "of the script after these polls, collected"),
            new("page_mb", own, "< 150", "the page's process, as Chromium's task manager has it"),
            new("page_mb_with_decoded_pictures", withPictures, null, "with the decoded pictures that Chromium keeps while there is room"),
            new("page_mb_under_pressure", pressed, "< 150", "the same once the machine is short of memory"),
        ];
    }

    private static async Task<(double LongestTask, List<double> Gaps)> ScrollAsync(StudioPage studio)
    {
        await studio.ResetAsync();
        await studio.Page.Mouse.MoveAsync(640, 450);
        for (var step = 0; step < ScrollSteps; step++)
        {
            await studio.Page.Mouse.WheelAsync(0, step < ScrollSteps / 2 ? 300 : -300);
            await Task.Delay(16);
        }

        return (await studio.LongestTaskAsync(), [.. await studio.FrameGapsAsync()]);
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
            new("list_longest_task_ms", await studio.LongestTaskAsync(), "none over 50", "while all of them are loaded, 50 at a time"),
        ];
    }

    /// <summary>All but one of its pictures are soon made: it goes on for as long as the page looks at it.</summary>
    private static byte[] Body()
    {
        var body = JsonNode.Parse(ScenarioBody.Create(Scenes - 1))!;
        body["scenario"]!["scenes"]![Scenes - 1]!["image_prompt"] = "emulator:slow=3600 the last";
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
