using Moq;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Core.Steps;

public sealed class CancelledTasksTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SceneStatus.Generating, false)]
    [InlineData(SceneStatus.Completed, true)]
    [InlineData(SceneStatus.Cancelled, true)]
    public async Task The_credits_are_released_once_no_scene_is_under_way(SceneStatus last, bool isReleased)
    {
        var id = ScenarioIds.Scenario("t1");
        SceneRow[] rows = [Row(1, SceneStatus.Skipped), Row(2, SceneStatus.Completed), Row(3, last)];
        var store = Mock.Of<IScenarioStore>(s => s.ListScenesAsync(id, Stop) == Task.FromResult<IReadOnlyList<SceneRow>>(rows));
        var ledger = new Mock<ICreditLedger>();

        await new CancelledTasks(store, ledger.Object).CleanUpAsync("t1", Stop);

        Mock.Get(store).Verify(s => s.EndPendingScenesAsync(id, SceneState.Cancelled, Stop), Times.Once);
        ledger.Verify(l => l.ReleaseAsync("t1", Stop), isReleased ? Times.Once : Times.Never);
    }

    private static SceneRow Row(int number, SceneStatus status) => new(
        ScenarioIds.Scene("t1", number),
        ScenarioIds.Scenario("t1"),
        new Scene { SceneNumber = number },
        new SceneState { Status = status });
}
