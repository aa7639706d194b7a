using Npgsql;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

public sealed class MigrationTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const string Columns =
        """
        select table_name || '.' || column_name || ' ' || data_type from information_schema.columns
        where table_schema = 'public' order by 1
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

    [Fact]
    public async Task An_empty_database_gets_tables_and_functions()
    {
        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(
            ["credit_accounts", "credit_captures", "credit_holds", "credit_ledger", "removed_images", "removed_scenarios", "scenario_task_hubs", "scenario_tasks", "video_scenarios", "video_scene_images", "video_scenes"],
            await database.ListAsync("select tablename from pg_tables where schemaname = 'public' order by 1"));
        Assert.Equal(0L, await database.ScalarAsync<long>("select credit_balance('nobody')"));
        Assert.False(await database.ScalarAsync<bool>("select deduct_credits('nobody', 'generate_image', 2, 'r')"));
    }

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        await PostgresMigrations.ApplyAsync(database);
        await database.ExecuteAsync("insert into credit_accounts values ('u', 3)");
        var before = await database.ListAsync(Columns);

        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(before, await database.ListAsync(Columns));
        Assert.Equal(3L, await database.ScalarAsync<long>("select credit_balance('u')"));
    }

    [Theory]
    [InlineData("uuid")]
    [InlineData("text")]
    [InlineData("varchar(36)")]
    public async Task Tables_of_the_service_before_keep_their_rows_and_gain_the_missing_columns(string id)
    {
        await database.ExecuteAsync(OriginalTables.Create(id));

        await PostgresMigrations.ApplyAsync(database);
        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(
            [OriginalTables.FirstScene, OriginalTables.SecondScene],
            await database.ListAsync("select id from video_scenes order by scene_number"));
        Assert.Equal("completed", await database.ScalarAsync<string>(
            "select status from video_scenes where image_url is not null and updated_at is not null"));
        Assert.Equal($"{OriginalTables.SecondScene} 1 https://example.com/2.png", await database.ScalarAsync<string>(
            "select concat_ws(' ', scene_id, version, image_url) from video_scene_images where status = 'completed'"));
        Assert.Equal("noir", await database.ScalarAsync<string>(
            "select metadata ->> 'style' from video_scenarios where user_id is null and created_at is not null"));
    }

    [Fact]
    public async Task Rows_that_share_a_scene_number_stay_and_leave_the_number_not_unique()
    {
        await database.ExecuteAsync(OriginalTables.Create("text"));
        await database.ExecuteAsync("update video_scenes set scene_number = 1");

        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(2L, await database.ScalarAsync<long>("select count(*) from video_scenes where scene_number = 1"));
    }

    [Fact]
    public async Task A_scene_number_is_unique_within_its_scenario()
    {
        await PostgresMigrations.ApplyAsync(database);
        await database.ExecuteAsync("insert into video_scenarios default values");
        const string Insert = "insert into video_scenes (scenario_id, scene_number) select id, 1 from video_scenarios";
        await database.ExecuteAsync(Insert);

        var error = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(Insert));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, error.SqlState);
    }

    [Fact]
    public async Task A_status_that_is_an_enum_learns_the_new_states()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        await database.ExecuteAsync(
            """
            create type scene_status as enum ('pending', 'completed');
            alter table video_scenes drop constraint video_scenes_status_check, alter column status drop default;
            alter table video_scenes alter column status type scene_status using status::scene_status;
            """);

        await PostgresMigrations.ApplyAsync(database);

        await database.ExecuteAsync("update video_scenes set status = 'skipped'");
    }

    [Fact]
    public async Task A_view_on_a_column_that_is_too_narrow_stays_and_so_does_the_column()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        await database.ExecuteAsync("create view durations as select duration from video_scenes");

        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal("integer", await database.ScalarAsync<string>(
            "select pg_typeof(duration)::text from durations limit 1"));
    }

    [Fact]
    public async Task Tables_with_numbers_for_ids_are_refused_and_left_as_they_are()
    {
        await database.ExecuteAsync("create table video_scenarios (id bigserial primary key, title text)");
        var before = await database.ListAsync(Columns);

        var error = await Assert.ThrowsAsync<PostgresException>(() => PostgresMigrations.ApplyAsync(database));

        Assert.Contains("video_scenarios.id is bigint", error.MessageText, StringComparison.Ordinal);
        Assert.Equal(before, await database.ListAsync(Columns));
    }

    [Fact]
    public async Task Changes_are_published_where_the_project_publishes_any()
    {
        await database.ExecuteAsync("create publication supabase_realtime");

        await PostgresMigrations.ApplyAsync(database);
        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(
            ["video_scenarios", "video_scenes"],
            await database.ListAsync("select tablename from pg_publication_tables where pubname = 'supabase_realtime' order by 1"));
    }

    [Fact]
    public async Task The_bucket_is_made_public_where_there_is_none_and_left_private_where_it_is()
    {
        await database.ExecuteAsync(
            "create schema storage; create table storage.buckets (id text primary key, name text unique, public boolean)");
        await PostgresMigrations.ApplyAsync(database);
        Assert.True(await database.ScalarAsync<bool>("select public from storage.buckets where id = 'generated-content'"));

        await database.ExecuteAsync("update storage.buckets set public = false");
        await PostgresMigrations.ApplyAsync(database);
        Assert.False(await database.ScalarAsync<bool>("select public from storage.buckets where id = 'generated-content'"));
    }
}
