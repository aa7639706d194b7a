using System.ComponentModel;
using System.Diagnostics;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The programs of a PostgreSQL server on this machine, run as a user that it accepts.</summary>
internal sealed class PostgresInstallation
{
    private const string Debian = "/usr/lib/postgresql";

    private readonly string directory;

    private PostgresInstallation(string directory) => this.directory = directory;

    /// <summary>The newest version that Debian's packages have put here; null when there is none.</summary>
    public static PostgresInstallation? Find()
    {
        var newest = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian)
                .Where(version => File.Exists(Path.Combine(version, "bin", "initdb")))
                .OrderBy(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
                .LastOrDefault()
            : null;
        return newest is null ? null : new PostgresInstallation(Path.Combine(newest, "bin"));
    }

    /// <summary>Runs one of them to its end, as the user postgres when this process is root.</summary>
    public async Task RunAsync(string program, params string[] arguments)
    {
        string[] asPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];
        string[] command =
        [
            .. Environment.IsPrivilegedProcess ? asPostgres : [],
            Path.Combine(directory, program),
            .. arguments,
        ];

        // The temporary folder is one that the user postgres may enter.
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new Win32Exception($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {await output}{await errors}");
        }
    }
}
