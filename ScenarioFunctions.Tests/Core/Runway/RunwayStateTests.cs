using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class RunwayStateTests
{
    [Theory]
    [InlineData("""{"status":"PENDING"}""", GenerationState.Open)]
    [InlineData("""{"status":"THROTTLED"}""", GenerationState.Open, true)]
    [InlineData("""{"status":"RUNNING","progress":0.25}""", GenerationState.Open, false, 0.25)]
    [InlineData("""{"status":"RUNNING","progress":25}""", GenerationState.Open)]
    [InlineData("""{"status":"A_STATE_OF_TOMORROW"}""", GenerationState.Open)]
    [InlineData("""{"status":"CANCELLED"}""", GenerationState.Cancelled)]
    public async Task A_state_without_an_outcome_is_told(
        string answer, GenerationState state, bool isThrottled = false, double? progress = null)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(answer));

        Assert.Equal(new Generation(state) { IsThrottled = isThrottled, Progress = progress }, await runway.GetAsync());
    }

    [Theory]
    [InlineData("""{"tier":{"models":{"gen4_image":{"maxConcurrentGenerations":3}}}}""", 3)]
    [InlineData("""{"tier":{"models":{"another":{"maxConcurrentGenerations":3}}}}""", null)]
    [InlineData("{}", null)]
    public async Task The_organization_tells_how_many_images_of_a_model_are_made_at_once(string organization, int? concurrency)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(organization));

        Assert.Equal(concurrency, await runway.Client.FindConcurrencyAsync("gen4_image", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_success_has_its_first_output()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(
            """{"id":"gen-1","status":"SUCCEEDED","cost":{"credits":8},"output":["https://cdn.example.com/a.png?_jwt=x","https://cdn.example.com/b.png"]}"""));

        Assert.Equal(
            new Generation(GenerationState.Succeeded, new Uri("https://cdn.example.com/a.png?_jwt=x"), Credits: 8),
            await runway.GetAsync());
    }

    [Theory]
    [InlineData("""{"status":"SUCCEEDED"}""")]
    [InlineData("""{"status":"SUCCEEDED","output":[]}""")]
    [InlineData("""{"status":"SUCCEEDED","output":[null]}""")]
    [InlineData("""{"status":"SUCCEEDED","output":["out.png"]}""")]
    [InlineData("""{"status":"SUCCEEDED","output":["file:///etc/passwd"]}""")]
    public async Task A_success_without_a_usable_output_is_a_permanent_failure(string answer)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(answer));

        Assert.Equal(
            new Generation(GenerationState.Failed, Failure: GenerationFailure.Permanent), await runway.GetAsync());
    }

    [Theory]
    [InlineData("SAFETY", GenerationFailure.ContentRejected)]
    [InlineData("SAFETY.INPUT.TEXT", GenerationFailure.ContentRejected)]
    [InlineData("SAFETY.OUTPUT.IMAGE", GenerationFailure.ContentRejected)]
    [InlineData("INPUT_PREPROCESSING.SAFETY.TEXT", GenerationFailure.ContentRejected)]
    [InlineData("ASSET.INVALID", GenerationFailure.Permanent)]
    [InlineData("INTERNAL.BAD_OUTPUT.CODE01", GenerationFailure.Permanent)]
    [InlineData("INTERNAL", GenerationFailure.Temporary)]
    [InlineData("INPUT_PREPROCESSING.INTERNAL", GenerationFailure.Temporary)]
    [InlineData("THIRD_PARTY.UNAVAILABLE", GenerationFailure.Temporary)]
    [InlineData("SAFETYNET", GenerationFailure.Temporary)]
    [InlineData("", GenerationFailure.Temporary)]
    [InlineData(null, GenerationFailure.Temporary)]
    public async Task A_failure_is_told_by_its_code(string? code, GenerationFailure failure)
    {
        await using var runway = await RunwayHarness.StartAsync();
        var field = code is null ? "" : $@",""failureCode"":""{code}""";
        runway.Server.Then(Reply.Json($$"""{"status":"FAILED","failure":"It did not work."{{field}}}"""));

        var generation = await runway.GetAsync();

        Assert.Equal((GenerationState.Failed, failure), (generation.State, generation.Failure));
    }
}
