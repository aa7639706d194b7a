using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class SceneReasonTextsTests
{
    [Theory]
    [InlineData(WaitingFor.Queued, 12, null, null, "place 12 in the queue")]
    [InlineData(WaitingFor.Throttled, null, null, null, "RunwayML makes others first")]
    [InlineData(WaitingFor.Running, null, 40, null, "40 %")]
    [InlineData(WaitingFor.Running, null, null, 3, "RunwayML makes it, attempt 3 of 3")]
    [InlineData(WaitingFor.Retrying, null, null, 2, "retrying 2 of 3")]
    [InlineData(WaitingFor.Retrying, null, null, null, "retrying")]
    public void A_scene_in_progress_says_what_it_waits_for(WaitingFor what, int? place, int? percent, int? attempt, string text) =>
        Assert.Equal(text, SceneReasonTexts.Plain(new WaitingResource(what, place, percent, attempt, attempt is null ? null : 3)));

    [Fact]
    public void Every_reason_has_words_of_its_own_and_all_but_the_first_scene_say_what_to_do()
    {
        var reasons = Enum.GetValues<SceneReason>();

        Assert.Equal(reasons.Length, reasons.Select(reason => SceneReasonTexts.Plain(reason)).Distinct().Count());
        Assert.All(reasons, reason =>
        {
            Assert.NotEqual("no image", SceneReasonTexts.Plain(reason));
            Assert.Equal(reason == SceneReason.FirstScene, SceneReasonTexts.Next(reason) is null);
        });
    }
}
