using System.Net;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Access;

public sealed class UserTokenTests : IAsyncLifetime
{
    private const string List = "/scenario/save/tasks";
    private const string Secret = "super-secret-jwt-token-with-at-least-32-characters-long";

    private SupabaseAuth auth = null!;
    private ApiServer server = null!;

    private DateTimeOffset Now => server.Time.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        auth = await SupabaseAuth.StartAsync();
        server = await ApiServer.StartAsync(new() { ApiKey = "k", UserTokens = new UserTokenSettings(auth.Url, Secret) });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await auth.DisposeAsync();
    }

    [Fact]
    public async Task A_user_may_leave_out_who_they_are()
    {
        As(auth.TokenOf("maria", Now));

        var answer = await server.PostAsync($$"""{"short_id":"s","scenario":{{Posts.Scenario}}}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("maria", Assert.Single(server.Engine.Started.Values).UserId);
    }

    [Fact]
    public async Task A_list_has_the_users_own_tasks_only()
    {
        server.Put("theirs", TaskState.Running);
        As(auth.TokenOf("maria", Now));
        await server.PostAsync(Posts.Save(userId: "maria"));

        var tasks = (await (await server.GetAsync(List)).JsonAsync())["tasks"]!.AsArray();

        Assert.Equal(["maria"], tasks.Select(task => task!["metadata"]!["user_id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_service_lists_one_users_tasks_when_asked()
    {
        server.Put("theirs", TaskState.Running);
        As("k");
        await server.PostAsync(Posts.Save(userId: "maria"));

        Assert.Equal(2, (await (await server.GetAsync(List)).JsonAsync())["tasks"]!.AsArray().Count);
        Assert.Single((await (await server.GetAsync($"{List}?user_id=maria")).JsonAsync())["tasks"]!.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync($"{List}?user_id=%20")).StatusCode);
    }

    [Fact]
    public async Task Only_who_may_add_credits_is_told_so()
    {
        As(auth.TokenOf("maria", Now));
        Assert.False((bool)(await (await server.GetAsync("/credits/maria")).JsonAsync())["can_grant"]!);
        As("k");
        Assert.True((bool)(await (await server.GetAsync("/credits/maria")).JsonAsync())["can_grant"]!);
    }

    [Fact]
    public async Task Two_users_may_have_the_same_idempotency_key()
    {
        As(auth.TokenOf("maria", Now));
        var marias = await (await server.PostAsync(Posts.Save(userId: "maria"), "order-1")).JsonAsync();
        As(auth.TokenOf("paul", Now));
        var pauls = await server.PostAsync(Posts.Save(userId: "paul"), "order-1");

        Assert.Equal(HttpStatusCode.Accepted, pauls.StatusCode);
        Assert.NotEqual($"{marias["task_id"]}", $"{(await pauls.JsonAsync())["task_id"]}");
        As("k");
        Assert.Equal($"{marias["task_id"]}", $"{(await (await server.PostAsync(Posts.Save(userId: "maria"), "order-1")).JsonAsync())["task_id"]}");
    }

    [Fact]
    public async Task A_key_of_version_0_1_0_still_leads_to_its_task()
    {
        As("k");
        var former = ScenarioIds.TaskForKey("order-1");
        var hash = (await PostedAsync("s1")).RequestHash;
        server.Engine.Put(server.Put(former, TaskState.Completed) with { UserId = "maria", RequestHash = hash });

        var answer = await server.PostAsync(Posts.Save(userId: "maria", shortId: "s1"), "order-1");

        Assert.Equal(former, $"{(await answer.JsonAsync())["task_id"]}");
    }

    [Theory]
    [InlineData(Secret, HttpStatusCode.OK)]
    [InlineData("another-secret-jwt-token-with-at-least-32-characters", HttpStatusCode.Unauthorized)]
    public async Task A_token_with_the_shared_secret_is_accepted(string secret, HttpStatusCode expected)
    {
        var signing = new SigningCredentials(
            new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256);
        As(SupabaseAuth.Token(signing, SupabaseAuth.IssuerOf(auth.Url), "maria", Now));

        Assert.Equal(expected, (await server.GetAsync(List)).StatusCode);
        Assert.Equal(0, auth.Reads);
    }

    [Fact]
    public async Task An_unsigned_token_is_refused()
    {
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        var parts = auth.TokenOf("maria", Now).Split('.');
        auth.IsDown = true; // nobody asks it for a key

        foreach (var token in new[] { $"{header}.{parts[1]}.", $"{header}.{parts[1]}.{parts[2]}", "a.b.c", ".." })
        {
            As(token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(List)).StatusCode);
        }
    }

    [Fact]
    public async Task A_token_that_was_changed_is_refused()
    {
        var parts = auth.TokenOf("maria", Now).Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("maria", "paula", StringComparison.Ordinal);
        As($"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(List)).StatusCode);
    }

    [Fact]
    public async Task A_new_key_of_Supabase_is_found_and_unknown_ones_do_not_flood_it()
    {
        As(auth.TokenOf("maria", Now));
        await server.GetAsync(List);
        await server.GetAsync(List);
        Assert.Equal(1, auth.Reads);

        auth.Rotate();
        As(auth.TokenOf("maria", Now));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(List)).StatusCode);
        Assert.Equal(1, auth.Reads);

        server.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(List)).StatusCode);
        Assert.Equal(2, auth.Reads);
    }

    [Fact]
    public async Task When_the_keys_cannot_be_read_the_answer_is_503_and_the_next_one_works()
    {
        auth.IsDown = true;
        As(auth.TokenOf("maria", Now));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync(List)).StatusCode);

        auth.IsDown = false;
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(List)).StatusCode);
    }

    [Fact]
    public async Task Where_the_API_is_open_a_wrong_token_does_not_act_for_everyone()
    {
        await using var open = await ApiServer.StartAsync(new()
        {
            AllowAnonymous = true,
            UserTokens = new UserTokenSettings(auth.Url, null),
        });
        Assert.Equal(HttpStatusCode.OK, (await open.GetAsync(List)).StatusCode);

        open.Client.DefaultRequestHeaders.Authorization = new("Bearer", auth.TokenOf("maria", Now.AddHours(-2)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await open.GetAsync(List)).StatusCode);
    }

    private async Task<SaveScenarioInput> PostedAsync(string shortId)
    {
        await server.PostAsync(Posts.Save(userId: "maria", shortId: shortId));
        return server.Engine.Started.Values.Single(input => input.ShortId == shortId);
    }

    private void As(string token) => server.Client.DefaultRequestHeaders.Authorization = new("Bearer", token);
}
