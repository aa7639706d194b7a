using System.Net;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class CreditsTests
{
    [Fact]
    public async Task A_balance_says_what_an_image_costs()
    {
        await using var server = await ApiServer.StartAsync(new() { CreditsPerImage = 3 });
        var body = await (await server.GetAsync("/credits/user_1")).JsonAsync();
        Assert.Equal("""{"user_id":"user_1","balance":100,"held":0,"available":100,"credits_per_image":3,"can_grant":true}""", body.ToJsonString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task A_grant_adds_to_the_balance(int grant)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync($$"""{"grant":{{grant}}}""", path: "/credits/user_1");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(100 + grant, (await response.JsonAsync())["balance"]!.GetValue<long>());
        Assert.Equal(100 + grant, (await (await server.GetAsync("/credits/user_1")).JsonAsync())["balance"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"grant":0}""")]
    [InlineData("""{"grant":1000001}""")]
    [InlineData("""{"grant":-5}""")]
    [InlineData("""{"grant":1.5}""")]
    [InlineData("""{"grant":"5"}""")]
    [InlineData("""{"grant":1e400}""")]
    [InlineData("""{"grant":null}""")]
    public async Task Another_grant_is_refused_and_adds_nothing(string body)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(body, path: "/credits/user_1");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("$.grant", (await response.ErrorsAsync()).Keys.Single());
        Assert.Equal(100, (await (await server.GetAsync("/credits/user_1")).JsonAsync())["balance"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_grant_that_is_sent_again_with_its_key_adds_once()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var response = await server.PostAsync("""{"grant":5}""", "payment-1", "/credits/user_1");
            Assert.Equal(105, (await response.JsonAsync())["balance"]!.GetValue<long>());
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync("""{"grant":6}""", "payment-1", "/credits/user_1")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("""{"grant":5}""", "two words", "/credits/user_1")).StatusCode);
        var other = await server.PostAsync("""{"grant":6}""", "payment-1", "/credits/user_2");
        Assert.Equal(106, (await other.JsonAsync())["balance"]!.GetValue<long>());
        Assert.Equal(105, (await (await server.GetAsync("/credits/user_1")).JsonAsync())["balance"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_host_without_credits_of_its_own_grants_none()
    {
        await using var server = await ApiServer.StartAsync(grants: false);
        var response = await server.PostAsync("""{"grant":5}""", path: "/credits/user_1");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET"], response.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/credits/user_1")).StatusCode);
    }

    [Fact]
    public async Task A_user_id_of_other_characters_is_refused()
    {
        await using var server = await ApiServer.StartAsync();
        var read = await server.GetAsync("/credits/a%20b");
        var grant = await server.PostAsync("""{"grant":5}""", path: "/credits/a%20b");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (read.StatusCode, grant.StatusCode));
        Assert.Equal("user_id", (await read.ErrorsAsync()).Keys.Single());
    }
}
