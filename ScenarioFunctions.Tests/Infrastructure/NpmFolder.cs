using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>A folder below <c>eng</c> with a lock file of npm, whose packages some tests use.</summary>
internal static class NpmFolder
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installs = new();

    /// <summary>The folder, its packages installed the first time; where that cannot be, the test is skipped.</summary>
    public static async Task<string> InstalledAsync(string name)
    {
        var folder = Path.Combine(Repository.Root, "eng", name);
        await Installs.GetOrAdd(folder, _ => new(() => InstallAsync(folder))).Value;
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            Assert.True(Environment.GetEnvironmentVariable("CI") is null, $"CI must have the packages of eng/{name}.");
            Assert.Skip($"Its npm packages are missing: npm ci --prefix eng/{name}");
        }

        return folder;
    }

    private static async Task InstallAsync(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            return;
        }

        try
        {
            var start = new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var npm = Process.Start(start)!;
            await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync(), npm.WaitForExitAsync());
        }
        catch (Win32Exception)
        {
            // No npm here.
        }
    }
}
