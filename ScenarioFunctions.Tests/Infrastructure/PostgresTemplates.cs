using Npgsql;
using ScenarioFunctions.Chaos;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The databases that each test's own is a copy of.</summary>
internal sealed class PostgresTemplates : IAsyncDisposable
{
    /// <summary>What Supabase makes for every project, as far as the migrations meet it.</summary>
    public const string Supabase =
        """
        create schema storage;
        create table storage.buckets (id text primary key, name text not null unique, public boolean default false);
        grant usage on schema public to anon, authenticated, service_role;
        alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
        alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
        """;

    private const string Roles =
        """
        do $$
        begin
          if not exists (select from pg_roles where rolname = 'service_role') then
            create role anon nologin;
            create role authenticated nologin;
            create role service_role nologin bypassrls;
          end if;
        end $$;
        """;

    private PostgresDatabase? migrated;

    private PostgresTemplates(string server) => Server = server;

    /// <summary>The connection string of the server.</summary>
    public string Server { get; }

    /// <summary>PostgreSQL's own.</summary>
    public const string Empty = "template0";

    public string Migrated => migrated!.Name;

    public static async Task<PostgresTemplates> CreateAsync(string server)
    {
        server = new NpgsqlConnectionStringBuilder(server)
        {
            Timeout = Patience.Seconds,
            CommandTimeout = Patience.Seconds,
        }.ConnectionString;
        var templates = new PostgresTemplates(server);

        // On a server without Supabase's roles, as this one is until here, the migrations must work too.
        await using (var plain = await PostgresDatabase.CreateAsync(server, Empty))
        {
            await PostgresMigrations.ApplyAsync(plain);
            await plain.ExecuteAsync(Roles);
        }

        templates.migrated = await PostgresDatabase.CreateAsync(server, Empty);
        await templates.migrated.ExecuteAsync(Supabase);
        await PostgresMigrations.ApplyAsync(templates.migrated);

        // A database with open connections cannot be copied.
        await templates.migrated.CloseAsync();
        return templates;
    }

    public async ValueTask DisposeAsync()
    {
        await migrated!.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }
}
