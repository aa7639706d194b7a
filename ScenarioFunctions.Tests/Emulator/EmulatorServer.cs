using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Emulator;

/// <summary>The emulator on a port of its own, over a real database, with a clock that a test moves.</summary>
internal sealed class EmulatorServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emulator-");
    private readonly string? formerPath;
    private readonly EmulatorSettings settings;
    private readonly TimeProvider clock;
    private WebApplication? app;

    private EmulatorServer(EmulatorSettings settings, TimeProvider clock, string? formerPath)
    {
        this.formerPath = formerPath;
        this.settings = settings;
        this.clock = clock;
    }

    /// <summary>Sends the headers that the emulator wants; its base address is RunwayML's base URL.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>A link to an output that is good for a day, whether there is one or not.</summary>
    public string LinkTo(string id)
    {
        var emulator = app!.Services.GetRequiredService<RunwayEmulator>();
        return emulator.Links.Sign($"outputs/{id}.png", emulator.Now);
    }

    public string DatabasePath => Path.Combine(folder.FullName, "emulator.db");

    /// <summary>Stands still until it is moved.</summary>
    public EmulatorClock Clock => (EmulatorClock)clock;

    /// <summary>With a clock that stands still, unless another is given.</summary>
    /// <param name="settings">The defaults when null.</param>
    /// <param name="clock">Noon on 1 March 2026 when null.</param>
    /// <param name="formerPath">A database of version 0.1.0.</param>
    public static async Task<EmulatorServer> StartAsync(
        EmulatorSettings? settings = null, TimeProvider? clock = null, string? formerPath = null)
    {
        var server = new EmulatorServer(
            settings ?? new EmulatorSettings(),
            clock ?? new EmulatorClock(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)),
            formerPath);
        await server.OpenAsync();
        return server;
    }

    /// <summary>As a process that ends and starts again on the same data.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public Task<HttpResponseMessage> PostAsync(object body) =>
        Client.PostAsJsonAsync("v1/text_to_image", body, TestContext.Current.CancellationToken);

    /// <returns>The id of the new task.</returns>
    public async Task<string> CreateAsync(string prompt, string ratio = "720:720", long? seed = null)
    {
        using var response = await PostAsync(seed is null
            ? new { model = "gen4_image", promptText = prompt, ratio }
            : new { model = "gen4_image", promptText = prompt, ratio, seed });
        response.EnsureSuccessStatusCode();
        return (await BodyOf(response)).GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> TaskAsync(string id)
    {
        using var response = await Client.GetAsync($"v1/tasks/{id}", TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await BodyOf(response);
    }

    public async Task<string> StatusAsync(string id) => (await TaskAsync(id)).GetProperty("status").GetString()!;

    public async Task<string> OutputUrlAsync(string id) => (await TaskAsync(id)).GetProperty("output")[0].GetString()!;

    public Task<HttpResponseMessage> DeleteAsync(string id) =>
        Client.DeleteAsync($"v1/tasks/{id}", TestContext.Current.CancellationToken);

    public static async Task<JsonElement> BodyOf(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        folder.Delete(recursive: true);
    }

    private async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1024 * 1024); // as the API's
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock).AddRunwayEmulator(settings, DatabasePath, formerPath);
        app = builder.Build();
        app.MapRunwayEmulator();
        await app.StartAsync();

        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/emulators/runwayml/") };
        Client.DefaultRequestHeaders.Add("Authorization", "Bearer key_test");
        Client.DefaultRequestHeaders.Add("X-Runway-Version", "2024-11-06");
    }

    private async Task CloseAsync()
    {
        Client.Dispose();
        await app!.DisposeAsync();
    }
}

/// <summary>Its time of day can be set, as a system's: that moves no timer and no timestamp.</summary>
internal sealed class EmulatorClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan set;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + set;

    public override long GetTimestamp() => base.GetUtcNow().UtcTicks; // the inherited one follows the time of day

    public void Set(TimeSpan by) => set += by;
}
