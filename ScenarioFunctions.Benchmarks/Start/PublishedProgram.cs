using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Start;

/// <summary>The published program, each time with an empty data folder, and images that take no time.</summary>
/// <param name="path">The program.</param>
/// <param name="folder">For the data folders.</param>
internal sealed class PublishedProgram(string path, string folder)
{
    public const int Images = 4;

    public string Path => path;

    /// <summary>A file to save.</summary>
    public string Scenario { get; } = System.IO.Path.Combine(folder, "scenario.json");

    /// <param name="path">Null publishes it first, as docs/one-machine.md does.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="withProfile">Whether to compile ahead what the profile of the start names.</param>
    public static async Task<PublishedProgram> CreateAsync(string? path, string folder, bool withProfile)
    {
        path ??= await PublishAsync(System.IO.Path.Combine(folder, "published"), withProfile);
        var program = new PublishedProgram(path, folder);
        await File.WriteAllBytesAsync(program.Scenario, ScenarioBody.Create(Images));
        return program;
    }

    public ProcessStartInfo StartInfo(string file, string[] arguments) => new(file, arguments)
    {
        RedirectStandardOutput = true,
        WorkingDirectory = folder,
        Environment =
        {
            ["SCENARIO_DATA_DIR"] = System.IO.Path.Combine(folder, $"{Guid.NewGuid():N}"),
            ["EMULATOR_LATENCY_SECONDS"] = "0",
        },
    };

    public (ProcessStartInfo Start, Uri Address) ServerStartInfo()
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = StartInfo(path, []);
        start.Environment["ASPNETCORE_URLS"] = address;
        return (start, new Uri(address));
    }

    public static async Task UntilHealthyAsync(Process server, HttpClient http)
    {
        while (!await IsHealthyAsync(http))
        {
            if (server.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {server.ExitCode}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2));
        }
    }

    private static async Task<string> PublishAsync(string target, bool withProfile)
    {
        string[] arguments =
        [
            "publish", "ScenarioFunctions.Local", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained",
            $"-p:StartProfile={withProfile}", "-o", target, "-v", "q", "--nologo",
        ];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? System.IO.Path.Combine(target, "ScenarioFunctions.Local")
            : throw new InvalidOperationException($"Run this from the repository's folder. It could not be published: {output}");
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
