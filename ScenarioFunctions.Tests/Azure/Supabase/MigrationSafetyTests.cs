using Npgsql;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>Migrations that cannot do their work: nothing is changed, and what to do is said.</summary>
public sealed class MigrationSafetyTests(PostgresCluster cluster) : IAsyncLifetime
{
    /// <summary>Columns, functions, indexes, constraints and rights.</summary>
    private const string Everything =
        """
        select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(column_default, '')
        from information_schema.columns where table_schema = 'public'
        union all select p.oid::regprocedure || md5(p.prosrc) || p.proacl::text from pg_proc p where p.pronamespace = 'public'::regnamespace
        union all select indexdef from pg_indexes where schemaname = 'public'
        union all select conrelid::regclass || ' ' || conname from pg_constraint where connamespace = 'public'::regnamespace
        union all select relname || ' ' || relrowsecurity || ' ' || coalesce(relacl::text, '') from pg_class where relnamespace = 'public'::regnamespace
        order by 1
        """;

    private PostgresDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await cluster.CreateEmptyAsync();

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    /// <summary>As the hints promise, also for those who run a file with psql, which would go on after an error.</summary>
    [Fact]
    public async Task A_migration_that_fails_at_its_end_has_changed_nothing()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        foreach (var file in PostgresMigrations.Files)
        {
            var statements = PostgresMigrations.StatementsOf(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            var before = await database.ListAsync(Everything);

            var error = await PostgresMigrations.RunStatementsAsync(
                database, [.. statements.SkipLast(1), "select 1 / 0;", statements[^1]]);

            Assert.Equal(PostgresErrorCodes.DivisionByZero, error?.SqlState);
            Assert.Equal(before, await database.ListAsync(Everything));
            Assert.Null(await PostgresMigrations.RunStatementsAsync(database, statements));
        }
    }

    /// <summary>The Supabase CLI keeps a list of them by that number, and so does the embedded database.</summary>
    [Theory]
    [InlineData("supabase/migrations")]
    [InlineData("ScenarioFunctions.Local/Storage/Migrations")]
    public void No_two_migrations_have_one_version(string folder)
    {
        var versions = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.sql")
            .Select(file => Path.GetFileName(file).Split('_')[0])
            .ToList();

        Assert.Equal(versions.Distinct(), versions);
    }

    [Theory]
    [InlineData("label varchar(20)", "")]
    [InlineData("position smallint", "0")]
    [InlineData("price numeric(8, 2)", "0.00")]
    [InlineData("is_public boolean", "false")]
    [InlineData("extra jsonb", "{}")]
    [InlineData("tags text[]", "{}")]
    public async Task A_column_that_is_not_null_and_not_ours_gets_a_default(string column, string value)
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        await database.ExecuteAsync($"truncate video_scenes; alter table video_scenes add column {column} not null");

        await PostgresMigrations.ApplyAsync(database);

        await InsertSceneAsync();
        Assert.Equal([value], await database.ListAsync($"select {column.Split(' ')[0]}::text from video_scenes"));
    }

    [Theory]
    [InlineData("owner uuid not null references people (id)")]
    [InlineData("kind text not null check (kind in ('a', 'b'))")]
    [InlineData("code text not null unique")]
    [InlineData("at point not null")]
    public async Task A_column_that_no_default_fits_is_named_with_the_statement_that_mends_it(string column)
    {
        await database.ExecuteAsync("create table people (id uuid primary key);" + OriginalTables.Create("uuid"));
        await database.ExecuteAsync($"truncate video_scenes; alter table video_scenes add column {column}");

        var error = await Assert.ThrowsAsync<PostgresException>(() => PostgresMigrations.ApplyAsync(database));
        var statement = Assert.Single(error.MessageText.Split('\n'), line => line.EndsWith(';'));
        await database.ExecuteAsync(statement);
        await PostgresMigrations.ApplyAsync(database);

        await InsertSceneAsync();
    }

    [Fact]
    public async Task An_index_that_refuses_long_prompts_is_named_with_the_statement_that_removes_it()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        await database.ExecuteAsync("create index by_prompt on video_scenes (image_prompt) where image_prompt is not null");

        var warning = Assert.Single(await PostgresMigrations.ApplyAsync(database));

        await database.ExecuteAsync(warning[warning.IndexOf("drop index", StringComparison.Ordinal)..]);
        Assert.DoesNotContain("by_prompt", await database.ListAsync("select indexname from pg_indexes"));
    }

    private Task InsertSceneAsync() => database.ExecuteAsync(
        """
        insert into video_scenes (id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt, status)
        select gen_random_uuid(), id, 7, 'd', 1.5, 'p', 'v', 'skipped' from video_scenarios limit 1
        """);
}
