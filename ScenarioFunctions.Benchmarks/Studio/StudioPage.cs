using System.Globalization;
using Microsoft.Playwright;

namespace ScenarioFunctions.Benchmarks.Studio;

/// <summary>The studio in a real browser: its tasks, its frames and its memory.</summary>
internal sealed class StudioPage : IAsyncDisposable
{
    /// <summary>
    /// Records every gap between frames, and counts polls. A page with <c>fast</c> in its address polls every 50 ms and without an
    /// ETag, so each poll costs the most it can.
    /// </summary>
    private const string Probe = """
        window.probe = { gaps: [], polls: 0, listed: null, watched: null };
        let last = performance.now();
        const frame = now => { probe.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
        requestAnimationFrame(frame);
        new MutationObserver((_, observer) => {
          if (document.querySelectorAll('.rows li').length < 50) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => probe.listed = performance.now()));
        }).observe(document, { subtree: true, childList: true });
        new MutationObserver((_, observer) => {
          if (document.querySelectorAll('.card .prompt:not([hidden])').length < 100) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => probe.watched = performance.now()));
        }).observe(document, { subtree: true, childList: true, attributes: true });
        const fast = location.search === '?fast';
        const { fetch: send, setTimeout: later } = window;
        window.fetch = (url, init = {}) => {
          if (fast && String(url).endsWith('/events')) return Promise.reject(new TypeError('polls only'));
          if (String(url).includes('/tasks/')) probe.polls++;
          return send(url, fast ? { ...init, headers: { ...init.headers, 'If-None-Match': '"none"' } } : init);
        };
        window.setTimeout = (then, wait, ...rest) => later(then, fast ? Math.min(wait, 50) : wait, ...rest);
        """;

    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly ICDPSession cdp;
    private readonly MainThreadTrace trace;

    private StudioPage(IPlaywright playwright, IBrowser browser, IPage page, ICDPSession cdp)
    {
        this.playwright = playwright;
        this.browser = browser;
        this.cdp = cdp;
        trace = new MainThreadTrace(cdp);
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

    /// <summary>Starts to trace the page's tasks, and discards earlier records.</summary>
    public async Task StartAsync()
    {
        await trace.StartAsync();
        await Page.EvaluateAsync("() => Object.assign(window.probe ?? {}, { gaps: [], polls: 0 })");
    }

    /// <summary>Ends the trace.</summary>
    public Task<MainThread> StopAsync() => trace.StopAsync();

    public Task<double[]> FrameGapsAsync() => Page.EvaluateAsync<double[]>("probe.gaps");

    /// <summary>The time from the start of the page's load until 50 rows of the list are painted, in ms.</summary>
    public async Task<double> ListedAsync() =>
        await (await Page.WaitForFunctionAsync("() => probe.listed")).EvaluateAsync<double>("ms => ms");

    /// <summary>The time from the start of the page's load until 100 scenes with their prompts are painted, in ms.</summary>
    public async Task<double> WatchedAsync() =>
        await (await Page.WaitForFunctionAsync("() => probe.watched")).EvaluateAsync<double>("ms => ms");

    public async Task WaitForPollsAsync(int polls) =>
        await Page.WaitForFunctionAsync("polls => probe.polls >= polls", polls, new() { Timeout = 300_000, PollingInterval = 500 });

    /// <summary>The script's heap after a garbage collection, in MB.</summary>
    public async Task<double> HeapAsync()
    {
        await cdp.SendAsync("HeapProfiler.collectGarbage");
        return (await cdp.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble() / 1e6;
    }

    /// <summary>
    /// The memory of the page's process in MB: its private pages, with the decoded pictures that Chromium keeps while there is
    /// room; and its proportional share (PSS), which includes pages shared with other processes, such as the browser's program and
    /// canvases on their way to the screen.
    /// </summary>
    public static async Task<(double Private, double Share)> MemoryAsync(int process)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{process}/smaps_rollup");
        return (Megabytes(lines, "Private_"), Megabytes(lines, "Pss:"));
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
