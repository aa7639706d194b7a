using System.Collections.Concurrent;
using Microsoft.Playwright;
using ScenarioFunctions.Chaos;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>A test in a real browser. It fails on any error that the page itself meets.</summary>
public abstract class StudioTest(StudioBrowser studio) : IAsyncLifetime
{
    private readonly List<IBrowserContext> contexts = [];
    private readonly ConcurrentQueue<string> errors = [];

    private protected StudioProcess Server => studio.Server;

    public async ValueTask InitializeAsync()
    {
        if (!StudioBrowser.IsInstalled)
        {
            Assert.True(Environment.GetEnvironmentVariable("CI") is null, "CI must have Chromium.");
            Assert.Skip("No browser: install it with 'apt-get install chromium'.");
        }

        await studio.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var context in contexts)
        {
            await context.DisposeAsync();
        }

        Assert.Empty(errors);
    }

    /// <summary>A tab with nothing in its storage.</summary>
    private protected async Task<IPage> OpenAsync(string path, BrowserNewContextOptions? options = null, StudioProcess? server = null)
    {
        options ??= new() { ViewportSize = new() { Width = 1280, Height = 860 } };
        options.BaseURL = (server ?? Server).Address.ToString();
        options.ReducedMotion = ReducedMotion.Reduce;
        var context = await studio.Browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience.Milliseconds);
        contexts.Add(context);
        return await OpenTabAsync(path, context);
    }

    /// <summary>One more tab of the same browser.</summary>
    private protected async Task<IPage> OpenTabAsync(string path, IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            // What the browser itself says of a refused request is expected in some tests; a breach of the policy never is.
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                errors.Enqueue(message.Text);
            }
        };
        await page.GotoAsync(path);
        return page;
    }

    private protected static object Scenario(string title, params string[] prompts) => new
    {
        title,
        resolution = "1280:720",
        scenes = prompts.Select((prompt, index) => new { description = $"Scene {index + 1}", duration = 3, image_prompt = prompt }),
    };
}
