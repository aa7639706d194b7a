using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class RefusedFieldsTests
{
    private const string Vague = "RunwayML rejected this prompt or its reference image.";

    [Theory]
    [InlineData(
        """{"error":"Validation of body failed","issues":[{"code":"custom","path":["referenceImages",0,"uri"],"message":"URLs must be hosted on a domain."}]}""",
        "RunwayML rejected a reference image: URLs must be hosted on a domain.")]
    [InlineData(
        """{"issues":[{"path":["promptText"],"message":"Too big"},{"path":["ratio"]},{"path":["seed","x"],"message":"No"},{"path":["model"],"message":"No"}]}""",
        "RunwayML rejected the image prompt: Too big. RunwayML rejected the size of the image. RunwayML rejected seed.x: No.")]
    [InlineData("""{"issues":[{"path":["promptText"],"message":"Not key_0123456789abcdefSECRET"}]}""", "RunwayML rejected the image prompt: Not ***.")]
    [InlineData("""{"error":"No.","issues":[{"path":[],"message":"Unrecognized key"}]}""", Vague)]
    [InlineData("""{"error":"No.","issues":"none"}""", Vague)]
    [InlineData("""{"error":"No.","issues":[5]}""", Vague)]
    [InlineData("""{"error":"No."}""", Vague)]
    [InlineData("""[]""", Vague)]
    [InlineData("<html>", Vague)]
    public async Task A_refusal_names_the_part_that_is_at_fault(string answer, string said)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(answer, 400));

        var exception = await RunwayHarness.FailsAsync(ImageServiceFailure.Refused, runway.SubmitAsync);

        Assert.Equal(said, exception.Message);
    }

    [Theory]
    [InlineData("SAFETY.INPUT.TEXT", "RunwayML's moderation rejected the image prompt.")]
    [InlineData("SAFETY.INPUT.IMAGE", "RunwayML's moderation rejected a reference image.")]
    [InlineData("INPUT_PREPROCESSING.SAFETY.TEXT", "RunwayML's moderation rejected the image prompt.")]
    [InlineData("SAFETY.OUTPUT.IMAGE", "RunwayML's moderation rejected the generated image.")]
    [InlineData("ASSET.INVALID", "RunwayML could not use a reference image.")]
    [InlineData("SAFETY", null)]
    [InlineData("INTERNAL", null)]
    [InlineData(null, null)]
    public void A_failure_names_the_part_that_is_at_fault(string? code, string? said) =>
        Assert.Equal(said, new RunwayTask("FAILED", FailureCode: code).ToGeneration().Note);
}
