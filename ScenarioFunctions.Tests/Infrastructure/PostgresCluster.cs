using Npgsql;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>
/// One PostgreSQL server for a test run, started by the first test that asks for it: the one that
/// <c>TEST_POSTGRES</c> names (a connection string of a superuser), else one of this machine's own
/// programs, in a temporary folder and on a socket there, so that no port is taken.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string HowToInstall =
        "These tests need PostgreSQL: 'apt-get install postgresql', or set TEST_POSTGRES to a connection string.";

    private readonly PostgresInstallation? installation = PostgresInstallation.Find();
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"scenario-pg-{Guid.NewGuid():N}"[..24]);
    private readonly Lazy<Task<PostgresTemplates>> templates;

    public PostgresCluster() => templates = new(StartAsync);

    /// <summary>A new and empty database, as a plain PostgreSQL has it, on a server that has Supabase's roles.</summary>
    public Task<PostgresDatabase> CreateEmptyAsync() => CreateAsync(_ => PostgresTemplates.Empty);

    /// <summary>A new database as Supabase hands it out, with the migrations applied.</summary>
    public Task<PostgresDatabase> CreateMigratedAsync() => CreateAsync(templates => templates.Migrated);

    public async ValueTask DisposeAsync()
    {
        if (!templates.IsValueCreated)
        {
            return;
        }

        try
        {
            await (await templates.Value).DisposeAsync();
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                await installation!.RunAsync("pg_ctl", "stop", "-D", folder, "-m", "immediate");
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task<PostgresDatabase> CreateAsync(Func<PostgresTemplates, string> template)
    {
        if (installation is null && GivenServer is null)
        {
            Assert.Skip(HowToInstall);
        }

        var made = await templates.Value;
        return await PostgresDatabase.CreateAsync(made.Server, template(made));
    }

    private static string? GivenServer => Environment.GetEnvironmentVariable("TEST_POSTGRES") is { Length: > 0 } given
        ? given
        : null;

    private async Task<PostgresTemplates> StartAsync()
    {
        if (GivenServer is { } given)
        {
            return await PostgresTemplates.CreateAsync(given);
        }

        await installation!.RunAsync(
            "initdb", "-D", folder, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync");
        await installation.RunAsync(
            "pg_ctl", "start", "-w", "-t", $"{Patience.Seconds}", "-D", folder, "-l", Path.Combine(folder, "log"), "-o",
            $"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=400");
        return await PostgresTemplates.CreateAsync(
            new NpgsqlConnectionStringBuilder { Host = folder, Username = "postgres" }.ConnectionString);
    }
}
