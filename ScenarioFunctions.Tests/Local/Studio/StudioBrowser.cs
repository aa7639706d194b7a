using Microsoft.Playwright;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>One Chromium and one server for all tests of the studio; each test has pages of its own.</summary>
public sealed class StudioBrowser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>Milliseconds; generous, as other tests run beside these.</summary>
    private const float ExpectPatience = 20_000;

    /// <summary>Chromium runs as root in containers, and has no business on the network.</summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? playwright;
    private StudioProcess? server;

    internal static bool IsInstalled => File.Exists(Chromium);

    internal IBrowser Browser { get; private set; } = null!;

    internal StudioProcess Server => server!;

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(ExpectPatience);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments });
        server = await StudioProcess.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (playwright is not null)
        {
            await Browser.DisposeAsync();
            playwright.Dispose();
            await server!.DisposeAsync();
        }
    }
}
