using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>The embedded host as a process of its own, on a port and a data folder of its own.</summary>
internal sealed partial class StudioProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();
    private readonly IReadOnlyDictionary<string, string> settings;
    private Process? process;

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
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority);
        start.Environment["SCENARIO_DATA_DIR"] = folder.File("data");
        start.Environment["EMULATOR_LATENCY_SECONDS"] = "0.1";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new System.Collections.Concurrent.ConcurrentQueue<string>();
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => listening.TrySetException(
            new InvalidOperationException($"The server ended: {string.Join('\n', output)}"));
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Address = await listening.Task.WaitAsync(StartPatience);

        void Read(string? line)
        {
            output.Enqueue(line ?? "");
            if (Listening().Match(line ?? "") is { Success: true } match)
            {
                listening.TrySetResult(new Uri(match.Groups[1].Value));
            }
        }
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
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
        using var patience = new CancellationTokenSource(EndPatience);
        while (!isThere(await client.GetFromJsonAsync<JsonElement>($"/scenario/save/tasks/{id}", patience.Token)))
        {
            await Task.Delay(20, patience.Token);
        }
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

    [GeneratedRegex(@"Listening on (http://\S+?)/?,")]
    private static partial Regex Listening();
}
