using System.Globalization;
using Microsoft.Playwright;

namespace ScenarioFunctions.Benchmarks.Studio;

/// <summary>The studio in a real browser, watched from inside: its long tasks, its frames, its memory.</summary>
internal sealed class StudioPage : IAsyncDisposable
{
    /// <summary>
    /// Notes every long task (over 50 ms) and every gap between frames, and counts polls. A page whose
    /// address has <c>fast</c> in it looks again after 50 ms and has no ETag, so each look costs the most it can.
    /// </summary>
    private const string Probe = """
        window.probe = { long: [], gaps: [], polls: 0, listed: null };
        new PerformanceObserver(list => probe.long.push(...list.getEntries().map(entry => entry.duration)))
          .observe({ entryTypes: ['longtask'] });
        let last = performance.now();
        const frame = now => { probe.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
        requestAnimationFrame(frame);
        new MutationObserver((_, observer) => {
          if (document.querySelectorAll('.rows li').length < 50) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => probe.listed = performance.now()));
        }).observe(document, { subtree: true, childList: true });
        const fast = location.search === '?fast';
        const { fetch: send, setTimeout: later } = window;
        window.fetch = (url, init = {}) => {
          if (String(url).includes('/tasks/')) probe.polls++;
          return send(url, fast ? { ...init, headers: { ...init.headers, 'If-None-Match': '"none"' } } : init);
        };
        window.setTimeout = (then, wait, ...rest) => later(then, fast ? Math.min(wait, 50) : wait, ...rest);
        """;

    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly ICDPSession cdp;

    private StudioPage(IPlaywright playwright, IBrowser browser, IPage page, ICDPSession cdp)
    {
        this.playwright = playwright;
        this.browser = browser;
        this.cdp = cdp;
        Page = page;
    }

    public IPage Page { get; }

    public static async Task<StudioPage> OpenAsync(Uri address)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        var page = await browser.NewPageAsync(new() { BaseURL = address.ToString(), ViewportSize = new() { Width = 1280, Height = 900 } });
        await page.AddInitScriptAsync(Probe);
        var cdp = await page.Context.NewCDPSessionAsync(page);
        return new StudioPage(playwright, browser, page, cdp);
    }

    /// <summary>Forgets what was noted so far.</summary>
    public Task ResetAsync() => Page.EvaluateAsync("() => { probe.long = []; probe.gaps = []; probe.polls = 0; }");

    /// <summary>The longest task of more than 50 ms since the last reset, in ms; 0 when there was none.</summary>
    public Task<double> LongestTaskAsync() => Page.EvaluateAsync<double>("Math.max(0, ...probe.long)");

    public Task<double[]> FrameGapsAsync() => Page.EvaluateAsync<double[]>("probe.gaps");

    /// <summary>From the start of the page's load until 50 rows of the list were painted, in ms.</summary>
    public async Task<double> ListedAsync() =>
        await (await Page.WaitForFunctionAsync("probe.listed")).EvaluateAsync<double>("ms => ms");

    public async Task WaitForPollsAsync(int polls) =>
        await Page.WaitForFunctionAsync("polls => probe.polls >= polls", polls, new() { Timeout = 300_000, PollingInterval = 500 });

    /// <summary>The script's heap after a collection of garbage, in MB.</summary>
    public async Task<double> HeapAsync()
    {
        await cdp.SendAsync("HeapProfiler.collectGarbage");
        return (await cdp.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble() / 1e6;
    }

    /// <summary>
    /// The memory of the page's process in MB: what is its own, as Chromium's task manager has it, and with the
    /// decoded pictures that it keeps for as long as nobody else needs the memory.
    /// </summary>
    public async Task<(double Own, double WithPictures)> MemoryAsync()
    {
        var all = await (await browser.NewBrowserCDPSessionAsync()).SendAsync("SystemInfo.getProcessInfo");
        var processes = all!.Value.GetProperty("processInfo").EnumerateArray()
            .Where(process => process.GetProperty("type").GetString() == "renderer")
            .Select(process => File.ReadAllLines($"/proc/{process.GetProperty("id").GetInt32()}/smaps_rollup"))
            .ToList();
        return (processes.Max(lines => Megabytes(lines, "Anonymous:")), processes.Max(lines => Megabytes(lines, "Private_")));
    }

    /// <summary>Tells the browser that the machine is short of memory.</summary>
    public async Task PressAsync()
    {
        await cdp.SendAsync("Memory.simulatePressureNotification", new() { ["level"] = "critical" });
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static double Megabytes(string[] lines, string field) => lines
        .Where(line => line.StartsWith(field, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) * 1024 / 1e6;
}
