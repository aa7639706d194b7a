using System.Diagnostics;
using ScenarioFunctions.Chaos.Storm;

namespace ScenarioFunctions.Chaos.Attack;

/// <summary>Attacks real servers from outside, one line per attack; docs/attacks.md says which and why.</summary>
/// <param name="program">The server's dll.</param>
internal sealed class AttackRun(string program)
{
    private readonly string folder = Directory.CreateTempSubdirectory("attack-").FullName;
    private int held;
    private int broken;

    /// <summary>The server under attack.</summary>
    public Uri Address { get; private set; } = null!;

    public string DataPath { get; private set; } = "";

    public string Log => File.ReadAllText(DataPath + ".log");

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        await new StartAttacks(this).RunAsync();
        await OnServerAsync("stranger", StrangerAttacks.Settings, () => new StrangerAttacks(this).RunAsync());
        await OnServerAsync("user", UserAttacks.Settings, () => new UserAttacks(this).RunAsync());
        Console.WriteLine($"{held} attacks held, {broken} did not{(broken > 0 ? $"; data and logs are in {folder}" : "")}");
        if (broken == 0)
        {
            Directory.Delete(folder, recursive: true);
        }

        return broken == 0 ? 0 : 1;
    }

    /// <param name="name">What is tried.</param>
    /// <param name="attack">Tries it, and says what went wrong; null when the server held.</param>
    public async Task TryAsync(string name, Func<Task<string?>> attack)
    {
        var fault = await attack();
        _ = fault is null ? held++ : broken++;
        Console.WriteLine(fault is null ? $"held    {name}" : $"BROKEN  {name}: {fault}");
    }

    public ServerProcess Start(string name, IReadOnlyDictionary<string, string> settings)
    {
        DataPath = Path.Combine(folder, name);
        return ServerProcess.Start(program, DataPath, DataPath + ".log", settings);
    }

    /// <summary>The server outlives all attacks.</summary>
    private async Task OnServerAsync(string name, IReadOnlyDictionary<string, string> settings, Func<Task> attacks)
    {
        using var server = Start(name, settings);
        Address = await server.AddressAsync(CancellationToken.None);
        await attacks();
        await TryAsync($"{name}: the server still runs, in 1000 MiB", async () =>
        {
            using var process = Process.GetProcessById(server.Id);
            var (status, body, _) = await new Attacker(Address).SendAsync("GET", "/health");
            return status != 200 ? $"/health answered {status}: {body}"
                : process.PeakWorkingSet64 > 1000L * 1024 * 1024 ? $"it took {process.PeakWorkingSet64 / 1024 / 1024} MiB"
                : null;
        });
        await server.TerminateAsync();
    }
}
