using Microsoft.Playwright;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Local.Studio;

[assembly: AssemblyFixture(typeof(StudioBrowser))]

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>
/// One Chromium and one server for all tests of the studio, started when the first of them runs; each test has
/// pages of its own.
/// </summary>
public sealed class StudioBrowser : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>For all pictures of all tests, as all tests start theirs for the user that the page proposes.</summary>
    private const int Credits = 100_000;

    /// <summary>Chromium runs as root in containers, and has no business on the network.</summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task> started;
    private IPlaywright? playwright;
    private StudioProcess? server;

    public StudioBrowser() => started = new(LaunchAsync);

    internal static bool IsInstalled => File.Exists(Chromium);

    internal IBrowser Browser { get; private set; } = null!;

    internal StudioProcess Server => server!;

    internal Task StartAsync() => started.Value;

    public async ValueTask DisposeAsync()
    {
        if (playwright is not null)
        {
            await Browser.DisposeAsync();
            playwright.Dispose();
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    private async Task LaunchAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience.Milliseconds);
        var starting = StudioProcess.StartAsync();
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = Arguments,
            Timeout = Patience.Milliseconds,
        });
        server = await starting;
        await server.GrantAsync("user_1", Credits);
    }
}
