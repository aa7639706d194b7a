using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The same with one of the keys that take the legacy key's place.</summary>
public sealed class SupabaseCreditLedgerWithSecretKeyTests(PostgresCluster cluster) : SupabaseCreditLedgerTests(cluster)
{
    protected override string Key => SupabaseKeys.Secret;
}

public class SupabaseCreditLedgerTests(PostgresCluster cluster) : CreditLedgerContract, IAsyncLifetime
{
    private SupabaseTest supabase = null!;

    protected virtual string Key => SupabaseKeys.ServiceRole;

    protected override ICreditLedger Ledger => supabase.Ledger;

    public async ValueTask InitializeAsync() => supabase = await SupabaseTest.StartAsync(cluster, key: Key);

    public async ValueTask DisposeAsync()
    {
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01T00:00:00.000+02:00")]
    [InlineData("12345678901234567890")]
    [InlineData("true")]
    public async Task A_user_id_that_looks_like_something_else_is_charged_as_it_is(string user)
    {
        await GiveAsync(user, 10);

        Assert.True(await Ledger.DeductAsync(user, "generate_image", 2, "r", null, Stop));

        Assert.Equal(8, (await Ledger.GetBalanceAsync(user, Stop)).Balance);
    }

    [Fact]
    public async Task A_user_whom_nobody_gave_credits_has_none() =>
        Assert.Equal(0, (await Ledger.GetBalanceAsync("nobody", Stop)).Balance);

    [Fact]
    public async Task The_ledger_says_who_was_charged_for_what()
    {
        await GiveAsync("user-1", 10);

        await Ledger.DeductAsync("user-1", "generate_image", 2, "scene:generation", null, Stop);

        Assert.Equal(
            "(scene:generation,user-1,generate_image,2)",
            Assert.Single(await supabase.Server.Database.ListAsync(
                "select row(reference, user_id, action, amount)::text from credit_ledger")));
    }

    [Fact]
    public async Task A_credit_system_of_the_users_own_may_count_in_fractions_and_below_zero()
    {
        await ReplaceBalanceAsync("7.50");
        Assert.Equal(7, (await Ledger.GetBalanceAsync("user-1", Stop)).Balance);

        await ReplaceBalanceAsync("-3.00");
        Assert.Equal(0, (await Ledger.GetBalanceAsync("user-1", Stop)).Balance);
    }

    [Fact]
    public async Task A_refusal_of_the_users_own_credit_system_is_permanent_and_says_its_words()
    {
        await supabase.Server.Database.ExecuteAsync(
            """
            create or replace function deduct_credits(user_id text, action text, amount integer, reference text)
            returns boolean language plpgsql as $$ begin raise 'The account is closed'; end $$;
            """);

        var error = await Assert.ThrowsAsync<StorageException>(() =>
            Ledger.DeductAsync("user-1", "generate_image", 2, "r", null, Stop));

        Assert.Equal((false, true), (error.IsTransient, error.IsRefusal));
        Assert.Contains("The account is closed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drop function deduct_credits(text, text, integer, text) cascade")]
    [InlineData("revoke execute on function capture_credits from service_role")]
    [InlineData("drop function capture_credits")]
    public async Task A_ledger_that_cannot_be_called_does_not_refuse(string fault)
    {
        await HoldAsync("u", 0, "task");
        await supabase.Server.Database.ExecuteAsync(fault);

        var error = await Assert.ThrowsAsync<StorageException>(() => Ledger.DeductAsync("u", "generate_image", 2, "r", "task", Stop));

        Assert.False(error.IsRefusal);
    }

    [Fact]
    public async Task A_hold_that_nobody_releases_expires()
    {
        await GiveAsync("u", 10);
        await HoldAsync("u", 10, "task");

        await supabase.Server.Database.ExecuteAsync("update credit_holds set expires_at = now()");

        Assert.Equal(new CreditBalance(10, 0), await Ledger.GetBalanceAsync("u", Stop));
        Assert.True(await HoldAsync("u", 10, "next"));
        Assert.False(await Ledger.DeductAsync("u", "generate_image", 2, "late", "task", Stop));
        Assert.False(await HoldAsync("u", 10, "task"));
    }

    [Fact]
    public async Task An_open_hold_that_is_asked_for_again_lasts_longer_and_never_shorter()
    {
        await GiveAsync("u", 10);
        await HoldAsync("u", 10, "task");
        await supabase.Server.Database.ExecuteAsync("update credit_holds set expires_at = now() + interval '5 minutes'");

        Assert.True(await HoldAsync("u", 10, "task"));
        Assert.NotNull(await Ledger.HoldAsync("u", 10, "task", TimeSpan.FromMinutes(1), Stop));

        Assert.True(await supabase.Server.Database.ScalarAsync<bool>("select expires_at > now() + interval '30 minutes' from credit_holds"));
        Assert.Equal(new CreditBalance(10, 10), await Ledger.GetBalanceAsync("u", Stop));
    }

    [Fact]
    public async Task Holds_work_beside_a_credit_system_of_the_users_own()
    {
        await supabase.Server.Database.ExecuteAsync(
            """
            drop function credit_balance(text);
            drop function deduct_credits(text, text, integer, text);
            create table own_credits as select '11111111-1111-1111-1111-111111111111'::uuid as id, 10.5 as credits;
            create table own_charges (reference text primary key);
            create function credit_balance(user_id uuid) returns numeric language sql
            as 'select credits from own_credits where id = $1';
            create function deduct_credits(user_id uuid, action text, amount integer, reference text) returns boolean
            language plpgsql security definer as $$
            begin
              insert into own_charges values ($4) on conflict do nothing;
              if found then update own_credits set credits = credits - $3 where id = $1 and credits >= $3; end if;
              return true;
            end $$;
            alter function credit_balance(uuid) security definer;
            """);
        await PostgresMigrations.ApplyAsync(supabase.Server.Database);
        const string user = "11111111-1111-1111-1111-111111111111";

        Assert.True(await HoldAsync(user, 6, "first"));
        Assert.False(await HoldAsync(user, 6, "second"));
        Assert.True(await Ledger.DeductAsync(user, "generate_image", 2, "image", "first", Stop));
        Assert.True(await Ledger.DeductAsync(user, "generate_image", 2, "image", "first", Stop));
        Assert.Equal(new CreditBalance(8, 4), await Ledger.GetBalanceAsync(user, Stop));

        Assert.Equal(4, await Ledger.ReleaseAsync("first", Stop));
        Assert.True(await HoldAsync(user, 8, "second"));
    }

    /// <summary>Images bought on such a hold would all be paid by us.</summary>
    [Fact]
    public async Task A_user_whom_a_credit_system_of_the_users_own_does_not_know_has_no_credits()
    {
        await supabase.Server.Database.ExecuteAsync(
            """
            drop function credit_balance(text);
            drop function deduct_credits(text, text, integer, text);
            create table own_credits (id text primary key, credits integer not null);
            create function credit_balance(user_id text) returns integer language sql security definer
            as 'select credits from own_credits where id = $1';
            create function deduct_credits(user_id text, action text, amount integer, reference text) returns boolean
            language sql security definer
            as 'update own_credits set credits = credits - $3 where id = $1 and credits >= $3 returning true';
            """);
        await PostgresMigrations.ApplyAsync(supabase.Server.Database);

        Assert.False(await HoldAsync("stranger", 2, "task"));
        Assert.Equal(new CreditBalance(0, 0), await Ledger.GetBalanceAsync("stranger", Stop));
        Assert.False(await Ledger.DeductAsync("stranger", "generate_image", 2, "image", null, Stop));
        Assert.False(await Ledger.DeductAsync("stranger", "generate_image", 2, "image", "task", Stop));
        Assert.True(await HoldAsync("stranger", 0, "free"));
    }

    [Fact]
    public async Task A_browsers_key_can_neither_charge_nor_read_a_balance()
    {
        await using var browser = await SupabaseTest.StartAsync(cluster, key: SupabaseKeys.Anon);

        var charge = await Assert.ThrowsAsync<StorageException>(() => browser.Ledger.DeductAsync("u", "a", 0, "r", null, Stop));
        var read = await Assert.ThrowsAsync<StorageException>(() => browser.Ledger.GetBalanceAsync("u", Stop));

        var hold = await Assert.ThrowsAsync<StorageException>(() =>
            browser.Ledger.HoldAsync("u", 1, "r", TimeSpan.FromHours(1), Stop));

        Assert.Contains("permission denied for function hold_credits", hold.Message, StringComparison.Ordinal);
        Assert.Contains("permission denied for function deduct_credits", charge.Message, StringComparison.Ordinal);
        Assert.Contains("permission denied for function credit_balance", read.Message, StringComparison.Ordinal);
    }

    protected override async Task<string> UserWithAsync(int credits)
    {
        var user = $"user-{Guid.NewGuid()}";
        await GiveAsync(user, credits);
        return user;
    }

    private Task GiveAsync(string user, int credits) =>
        supabase.Server.Database.ExecuteAsync($"insert into credit_accounts values ('{user}', {credits})");

    private Task ReplaceBalanceAsync(string balance) => supabase.Server.Database.ExecuteAsync(
        $"""
        drop function credit_balance(text);
        create function credit_balance(user_id text) returns numeric language sql as 'select {balance}';
        """);
}
