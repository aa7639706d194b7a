using System.Net.Http.Json;
using System.Text.Json;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>The embedded host as a process of its own, on a port and a data folder of its own.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IReadOnlyDictionary<string, string> settings;
    private ServerProcess? process;

    private StudioProcess(IReadOnlyDictionary<string, string> settings) => this.settings = settings;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public static async Task<StudioProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var server = new StudioProcess(settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>On the same data and, after the first time, on the same port.</summary>
    public async Task StartAgainAsync()
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority),
            ["EMULATOR_LATENCY_SECONDS"] = "0.1",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var program = Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll");
        process = ServerProcess.Start(program, folder.File("data"), folder.File("log"), environment);
        Address = await process.AddressAsync(CancellationToken.None);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        await process!.KillAsync();
        process.Dispose();
        process = null;
    }

    public async Task<string> SaveAsync(object scenario, string user = "user_1")
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var response = await client.PostAsJsonAsync("/scenario/save", new { short_id = "short_1", user_id = user, scenario });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Dictionary<string, object>>())!["task_id"].ToString()!;
    }

    /// <summary>Saves it, and waits for its end.</summary>
    public async Task<string> CompleteAsync(object scenario)
    {
        var id = await SaveAsync(scenario);
        await WaitAsync(id, task => task.GetProperty("status").GetString() == "completed");
        return id;
    }

    /// <summary>Waits until the task is as it should be.</summary>
    public async Task WaitAsync(string id, Func<JsonElement, bool> isThere)
    {
        using var client = new HttpClient { BaseAddress = Address };
        JsonElement task = default;
        await Patience.UntilAsync(
            async () => isThere(task = await client.GetFromJsonAsync<JsonElement>($"/scenario/save/tasks/{id}")),
            () => task.ToString(),
            TestContext.Current.CancellationToken);
    }

    public async Task CancelAsync(string id)
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var response = await client.DeleteAsync($"/scenario/save/tasks/{id}");
        response.EnsureSuccessStatusCode();
    }

    public async Task GrantAsync(string user, int credits)
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var response = await client.PostAsJsonAsync($"/credits/{user}", new { grant = credits });
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await KillAsync();
        }

        folder.Dispose();
    }
}
