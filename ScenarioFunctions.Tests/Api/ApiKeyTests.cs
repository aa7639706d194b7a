using System.Net;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class ApiKeyTests
{


    [Theory]
    [InlineData("Bearer sk-right", HttpStatusCode.OK, null)]
    [InlineData("bearer  sk-right ", HttpStatusCode.OK, null)]
    [InlineData(null, HttpStatusCode.Unauthorized, "Bearer")]
    [InlineData("Bearer sk-wrong", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("Bearer sk-right-and-more", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("Bearer ", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("Basic sk-right", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("sk-right", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    public async Task Only_the_right_key_opens(string? header, HttpStatusCode expected, string? challenge)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right" });
        var request = new HttpRequestMessage(HttpMethod.Get, "/scenario/save/tasks");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.SingleOrDefault()?.ToString());
    }

    [Fact]
    public async Task Every_route_but_health_and_openapi_asks_for_it_before_it_does_anything()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right" });
        server.Put("t1", TaskState.Running);
        HttpResponseMessage[] closed =
        [
            await server.PostAsync(Posts.Save()),
            await server.PostAsync("not json"),
            await server.GetAsync("/scenario/save/tasks"),
            await server.GetAsync("/scenario/save/tasks/t1"),
            await server.DeleteAsync("/scenario/save/tasks/t1"),
            await server.GetAsync("/credits/user_1"),
            await server.PostAsync("""{"grant":1}""", path: "/credits/user_1"),
        ];
        Assert.All(closed, response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
        Assert.Empty(server.Engine.Started);
        Assert.Equal(TaskState.Running, (await server.Engine.FindAsync("t1", TestContext.Current.CancellationToken))!.State);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/openapi.json")).StatusCode);
    }
}
