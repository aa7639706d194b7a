namespace ScenarioFunctions.Chaos.Storm;

/// <summary>The options of a storm.</summary>
/// <param name="Program">The server's dll.</param>
/// <param name="Kills">How often the server is ended; every eighth time by SIGTERM.</param>
/// <param name="Least">The shortest time from the first post to the last.</param>
/// <param name="Seed">For everything random except the machine's own timing.</param>
/// <param name="Folder">For data and logs; kept when something is wrong.</param>
internal sealed record StormOptions(string Program, int Kills, TimeSpan Least, int Seed, string Folder)
{
    public string ServerData => Path.Combine(Folder, "server");

    public string EmulatorData => Path.Combine(Folder, "emulator");

    public static StormOptions Parse(ReadOnlySpan<string> arguments)
    {
        var (program, kills, seconds, seed) = (Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"), 20, 0, 1);
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--kills": kills = int.Parse(value); break;
                case "--seconds": seconds = int.Parse(value); break;
                case "--seed": seed = int.Parse(value); break;
                case "--server": program = Path.GetFullPath(value); break;
                default: throw new ArgumentException($"storm [--kills N] [--seconds N] [--seed N] [--server DLL], not {arguments[i]}");
            }
        }

        return new StormOptions(
            program, kills, TimeSpan.FromSeconds(seconds), seed, Directory.CreateTempSubdirectory("chaos-").FullName);
    }
}
