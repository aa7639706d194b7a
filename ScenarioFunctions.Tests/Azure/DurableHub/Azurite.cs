using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.DurableHub;

/// <summary>Azure Storage on free loopback ports, in memory, with an account of its own: a process of Node.js.</summary>
internal sealed class Azurite : IDisposable
{
    private const string Account = "scenarios";
    private readonly Process process;

    private Azurite(Process process, string connectionString) =>
        (this.process, ConnectionString) = (process, connectionString);

    public string ConnectionString { get; }

    /// <summary>Starts it; where Node.js is missing the test is skipped, except in CI.</summary>
    public static async Task<Azurite> StartAsync(CancellationToken cancellationToken)
    {
        var script = Path.Combine(
            await NpmFolder.InstalledAsync("azurite"), "node_modules", "azurite", "dist", "src", "azurite.js");
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var start = new ProcessStartInfo("node",
        [
            script, "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent",
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ])
        {
            Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{key}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = StartOrSkip(start);
        var addresses = await ReadAddressesAsync(process, cancellationToken);
        return new Azurite(
            process,
            $"AccountName={Account};AccountKey={key};"
                + string.Join(";", addresses.Select(one => $"{one.Key}Endpoint={one.Value}/{Account}")));
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip("Node.js is missing.");
            throw;
        }
    }

    /// <summary>Reads where each service listens, and goes on reading what it says afterwards.</summary>
    private static async Task<Dictionary<string, string>> ReadAddressesAsync(Process process, CancellationToken cancellationToken)
    {
        var addresses = new Dictionary<string, string>();
        while (addresses.Count < 3)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken)
                ?? throw new InvalidOperationException($"Azurite did not start: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
            if (line.Split(" service is successfully listening at ") is [var service, var address])
            {
                addresses[service["Azurite ".Length..]] = address;
            }
        }

        process.BeginErrorReadLine();
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return addresses;
    }
}
