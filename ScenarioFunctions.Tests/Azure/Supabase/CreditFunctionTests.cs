using Npgsql;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The two functions as SQL; what a caller sees of them is in the ledger's contract.</summary>
public sealed class CreditFunctionTests(PostgresCluster cluster) : IAsyncLifetime
{
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
    public async Task A_credit_system_of_the_users_own_replaces_functions_and_tables()
    {
        await database.ExecuteAsync(
            """
            create function credit_balance(user_id uuid) returns integer language sql as 'select 7';
            create function deduct_credits(user_id uuid, action text, amount integer, reference text, note text default '')
            returns boolean language sql as 'select true';
            """);

        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(2L, await database.ScalarAsync<long>(
            "select count(*) from pg_proc where proname in ('credit_balance', 'deduct_credits')"));
        Assert.Null((await database.ScalarAsync<object>("select to_regclass('credit_accounts')::text")) as string);
    }

    [Theory]
    [InlineData("create function credit_balance(user_id uuid) returns integer language sql as 'select 7'", "deduct_credits")]
    [InlineData(
        "create function deduct_credits(user_id uuid, action text, amount integer, reference text) returns boolean "
        + "language sql as 'select true'",
        "credit_balance")]
    public async Task Half_a_credit_system_is_refused_with_the_way_out_and_nothing_is_changed(string own, string missing)
    {
        await database.ExecuteAsync(own);

        var error = await Assert.ThrowsAsync<PostgresException>(() => PostgresMigrations.ApplyAsync(database));

        Assert.Contains($"but not {missing}", error.MessageText, StringComparison.Ordinal);
        Assert.Contains("Write both", error.Hint, StringComparison.Ordinal);
        Assert.Null((await database.ScalarAsync<object>("select to_regclass('credit_accounts')::text")) as string);
    }

    [Fact]
    public async Task A_function_of_the_same_name_for_other_arguments_stays_beside_ours()
    {
        await database.ExecuteAsync(
            "create function deduct_credits(p_user uuid, p_amount integer) returns void language sql as ''");

        await PostgresMigrations.ApplyAsync(database);

        Assert.Equal(2L, await database.ScalarAsync<long>("select count(*) from pg_proc where proname = 'deduct_credits'"));
    }

    [Fact]
    public async Task Accounts_of_another_shape_are_refused_with_the_way_out()
    {
        await database.ExecuteAsync("create table credit_accounts (user_id uuid, credits integer)");

        var error = await Assert.ThrowsAsync<PostgresException>(() => PostgresMigrations.ApplyAsync(database));

        Assert.Contains("over your own tables", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null, 'a', 1, 'r'")]
    [InlineData("'u', null, 1, 'r'")]
    [InlineData("'u', 'a', null, 'r'")]
    [InlineData("'u', 'a', 1, null")]
    [InlineData("'u', 'a', -1, 'r'")]
    public async Task A_charge_that_makes_no_sense_is_refused(string arguments)
    {
        await PostgresMigrations.ApplyAsync(database);

        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            database.ExecuteAsync($"select deduct_credits({arguments})"));

        Assert.Equal(PostgresErrorCodes.InvalidParameterValue, error.SqlState);
    }

    [Fact]
    public async Task Another_user_does_not_pay_for_a_reference_that_is_charged()
    {
        await PostgresMigrations.ApplyAsync(database);
        await database.ExecuteAsync("insert into credit_accounts values ('a', 5), ('b', 5)");

        Assert.True(await database.ScalarAsync<bool>("select deduct_credits('a', 'x', 2, 'r')"));
        Assert.True(await database.ScalarAsync<bool>("select deduct_credits('b', 'x', 2, 'r')"));

        Assert.Equal(["3", "5"], await database.ListAsync("select balance from credit_accounts order by user_id"));
    }

    [Fact]
    public async Task No_name_on_the_callers_search_path_gets_between_the_functions_and_their_tables()
    {
        await PostgresMigrations.ApplyAsync(database);
        await database.ExecuteAsync("insert into credit_accounts values ('u', 5)");

        var balance = await database.ScalarAsync<long>(
            """
            create temp table credit_accounts as select 'u'::text as user_id, 1000::bigint as balance;
            set search_path = pg_temp, public;
            select public.credit_balance('u');
            """);

        Assert.Equal(5, balance);
    }
}
