using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class SceneReasonTextsTests
{
    [Fact]
    public void Every_reason_has_words_of_its_own_and_all_but_the_first_scene_say_what_to_do()
    {
        var reasons = Enum.GetValues<SceneReason>();

        Assert.Equal(reasons.Length, reasons.Select(SceneReasonTexts.Plain).Distinct().Count());
        Assert.All(reasons, reason =>
        {
            Assert.NotEqual("no image", SceneReasonTexts.Plain(reason));
            Assert.Equal(reason == SceneReason.FirstScene, SceneReasonTexts.Next(reason) is null);
        });
    }
}
