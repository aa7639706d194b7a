using Npgsql;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>Who may do what after the migrations, on a new project and on the tables of the service before this one.</summary>
public sealed class RightsTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const string Owner = "11111111-1111-1111-1111-111111111111";

    /// <summary>A front end that reads the tables by itself, in two of the ways that Supabase has.</summary>
    private const string BrowserAccess =
        """
        create schema auth;
        create function auth.uid() returns uuid language sql stable as
          $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
        grant usage on schema public, auth to anon, authenticated, service_role;
        alter table video_scenes enable row level security;
        create policy everybody on video_scenes for all to public using (true);
        grant select, insert, truncate on video_scenarios to authenticated;
        grant all on video_scenes to authenticated;
        grant select (title) on video_scenarios to anon;
        grant select on video_scenarios to public;
        """;

    private const string Kept =
        """
        select r.rolname || ' ' || p.privilege || ' ' || t.tablename
        from pg_tables t
        cross join (values ('anon'), ('authenticated')) r (rolname)
        cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p (privilege)
        where t.schemaname = 'public' and (has_table_privilege(r.rolname, t.tablename::regclass, p.privilege)
          or (p.privilege in ('select', 'insert', 'update', 'references')
            and has_any_column_privilege(r.rolname, t.tablename::regclass, p.privilege)))
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
    public async Task No_browser_has_a_right_on_any_table_of_a_new_project()
    {
        await using var supabase = await cluster.CreateMigratedAsync();

        Assert.NotEmpty(await supabase.ListAsync("select tablename from pg_tables where schemaname = 'public'"));
        Assert.Empty(await supabase.ListAsync(Kept));
        foreach (var call in (string[])["table video_scenarios", "truncate video_scenes", "select credit_balance('u')",
            "select deduct_credits('u', 'a', 0, 'r')"])
        {
            await AssertRefusedAsync(supabase, "authenticated", call);
        }
    }

    [Fact]
    public async Task A_new_project_is_warned_of_nothing()
    {
        await database.ExecuteAsync(PostgresTemplates.Supabase);

        Assert.Empty(await PostgresMigrations.ApplyAsync(database));
    }

    [Fact]
    public async Task Roles_that_lose_access_are_named_with_what_they_lost_and_so_are_the_policies_that_stay()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid") + BrowserAccess);

        var warnings = await PostgresMigrations.ApplyAsync(database);

        var lost = Assert.Single(warnings, warning => warning.Contains("What changes for others", StringComparison.Ordinal));
        Assert.Equal(
            [
                "anon lost SELECT on video_scenarios",
                "authenticated lost INSERT, SELECT, TRUNCATE on video_scenarios",
                "public lost SELECT on video_scenarios",
                "authenticated lost DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE on video_scenes",
                "the policy everybody on video_scenes (all, for public) stays, and shows nothing to browsers without those rights",
            ],
            lost.Split('\n').Skip(1).Select(line => line.Trim()));
        Assert.Empty(await database.ListAsync(Kept));
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from pg_policy where polname = 'everybody'"));
    }

    [Fact]
    public async Task Another_role_whose_rows_are_hidden_from_now_on_is_named()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        await database.ExecuteAsync("grant select on video_scenarios to pg_monitor");

        var warnings = await PostgresMigrations.ApplyAsync(database);

        Assert.Contains("pg_monitor sees no rows of video_scenarios", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_that_is_offered_lets_owners_read_what_is_theirs_and_nothing_more()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid") + BrowserAccess);
        var warnings = await PostgresMigrations.ApplyAsync(database);
        await database.ExecuteAsync($"update video_scenarios set user_id = '{Owner}'");

        var offer = Assert.Single(warnings, warning => warning.Contains("create policy", StringComparison.Ordinal));
        await database.ExecuteAsync(offer[offer.IndexOf('\n', StringComparison.Ordinal)..]);

        const string Count = "select (select count(*) from video_scenarios) * 10 + (select count(*) from video_scenes)";
        Assert.Equal(12L, await database.ScalarAsync<long>(As(Owner) + Count));
        Assert.Equal(0L, await database.ScalarAsync<long>(As(Guid.NewGuid().ToString()) + Count));
        foreach (var write in (string[])["update video_scenes set title = 'x'", "delete from video_scenarios", "truncate video_scenes"])
        {
            await AssertRefusedAsync(database, "authenticated", write);
        }

        await AssertRefusedAsync(database, "anon", "table video_scenarios");
    }

    [Fact]
    public async Task Without_the_auth_schema_no_policy_is_offered_but_the_loss_is_said()
    {
        await database.ExecuteAsync(OriginalTables.Create("uuid"));
        await database.ExecuteAsync("grant select on video_scenarios to anon");

        var warnings = await PostgresMigrations.ApplyAsync(database);

        Assert.Contains("anon lost SELECT on video_scenarios", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete from credit_ledger")]
    [InlineData("truncate credit_ledger")]
    [InlineData("update credit_ledger set amount = 0")]
    [InlineData("insert into credit_ledger values ('r', 'u', 'a', 1)")]
    [InlineData("delete from credit_accounts")]
    [InlineData("delete from credit_holds")]
    [InlineData("delete from credit_captures")]
    [InlineData("truncate video_scenes")]
    public async Task The_key_of_the_service_cannot_take_anything_out_of_the_books(string write)
    {
        await using var supabase = await cluster.CreateMigratedAsync();

        await AssertRefusedAsync(supabase, "service_role", write);
    }

    [Fact]
    public async Task A_projects_own_credit_tables_keep_their_rights()
    {
        await database.ExecuteAsync(
            """
            create table credit_ledger (id bigint);
            grant select on credit_ledger to authenticated;
            create function credit_balance(user_id uuid) returns integer language sql as 'select 7';
            create function deduct_credits(user_id uuid, action text, amount integer, reference text)
            returns boolean language sql as 'select true';
            """);

        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(["authenticated select credit_ledger"], await database.ListAsync(Kept));
    }

    private static string As(string user) => $"set request.jwt.claim.sub = '{user}'; set role authenticated; ";

    private static async Task AssertRefusedAsync(PostgresDatabase database, string role, string statement)
    {
        var error = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync($"set role {role}; {statement}"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
    }
}
