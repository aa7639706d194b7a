using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class RunwaySecretTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("key with spaces")]
    [InlineData("key\r\nInjected: header")]
    [InlineData("schlüssel")]
    public async Task Without_a_usable_key_nothing_is_sent(string? secret)
    {
        await using var runway = await RunwayHarness.StartAsync(secret: secret);

        var exception = await RunwayHarness.FailsAsync(ImageServiceFailure.Misconfigured, runway.SubmitAsync);
        await RunwayHarness.FailsAsync(ImageServiceFailure.Misconfigured, runway.GetAsync);

        Assert.Empty(runway.Server.Requests);
        Assert.Contains("RUNWAYML_API_SECRET", exception.Message, StringComparison.Ordinal);
        Assert.True(string.IsNullOrEmpty(secret) || !exception.ToString().Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_key_is_used_when_the_first_is_refused()
    {
        await using var runway = await RunwayHarness.StartAsync(secret: "key_first, key_next");
        RequestDelegate answer = context => (context.Request.Headers.Authorization == "Bearer key_next"
            ? Reply.Json("""{"id":"gen-1"}""") : Reply.Status(401))(context);
        runway.Server.Then(answer, answer, answer);

        Assert.Equal("gen-1", await runway.SubmitAsync());
        Assert.Equal("gen-1", await runway.SubmitAsync());

        Assert.Equal(3, runway.Server.Requests.Count);
        Assert.Single(runway.Logs.Lines, line => line.Contains("Key 1 of RUNWAYML_API_SECRET was refused; key 2 is used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_is_in_no_log_and_no_exception_even_when_RunwayML_repeats_it()
    {
        await using var runway = await RunwayHarness.StartAsync();
        RequestDelegate echo = async context =>
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync($"You sent {context.Request.Headers.Authorization}");
        };
        runway.Server.Then(echo, Reply.Status(503), Reply.Cut(), Reply.Status(401), Reply.Json("nonsense"), Reply.Cut());

        var errors = new List<Exception>
        {
            await RunwayHarness.FailsAsync(ImageServiceFailure.Refused, runway.SubmitAsync),
            await RunwayHarness.FailsAsync(ImageServiceFailure.Misconfigured, runway.GetAsync),
            await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.GetAsync),
            await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, runway.SubmitAsync),
        };

        Assert.Contains(runway.Logs.Lines, line => line.Contains("You sent Bearer ***", StringComparison.Ordinal));
        Assert.All(
            runway.Logs.Lines.Concat(errors.Select(error => error.ToString())),
            text => Assert.DoesNotContain(RunwayHarness.Secret, text, StringComparison.Ordinal));
    }
}
