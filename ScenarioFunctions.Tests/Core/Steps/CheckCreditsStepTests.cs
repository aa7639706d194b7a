using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Tests.Core.Steps;

public sealed class CheckCreditsStepTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 20, 494)]
    [InlineData(20, 20, 494)]
    [InlineData(21, 20, 928)]
    [InlineData(99, 1, 43_026)]
    public async Task A_hold_outlives_the_longest_run_of_its_task_by_an_hour(int images, int parallel, int minutes)
    {
        var ledger = new Mock<ICreditLedger>();
        var lifetime = TimeSpan.Zero;
        ledger.Setup(l => l.HoldAsync("ann", images * 2, "t1", It.IsAny<TimeSpan>(), Stop))
            .Callback((string _, long _, string _, TimeSpan asked, CancellationToken _) => lifetime = asked)
            .ReturnsAsync(images * 2);
        var settings = new ServiceSettings { ImageTimeout = TimeSpan.FromMinutes(70), ImageStepBudget = TimeSpan.FromMinutes(4) };

        var check = await new CheckCreditsStep(ledger.Object, Mock.Of<IScenarioStore>(), settings, Clock)
            .RunAsync(new CheckCreditsInput("t1", "ann", images, 2, parallel), Mock.Of<IStepContext>(), Stop);

        Assert.Equal(new CreditCheck(images * 2, null, Held: true) { HeldAt = Clock.GetUtcNow(), HeldUntil = Clock.GetUtcNow() + lifetime }, check);
        Assert.Equal(TimeSpan.FromMinutes(minutes), lifetime);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_continued_task_holds_for_the_scenes_that_have_not_ended_and_ends_those_it_could_not_pay(bool isEnough)
    {
        SceneState[] states =
        [
            new() { Status = SceneStatus.Completed }, new() { Status = SceneStatus.Pending }, SceneState.SkippedFor(SceneReason.ContentRejected),
            new() { Status = SceneStatus.Generating, GenerationId = "g4" }, new() { Status = SceneStatus.Generating, ServiceCredits = 8, OrderedAt = Clock.GetUtcNow(), Attempt = 1 },
        ];
        SceneRow[] rows = [.. states.Select((state, index) => new SceneRow(Guid.NewGuid(), ScenarioIds.Scenario("t1"), new Scene { SceneNumber = index + 1 }, state))];
        var (ledger, store) = (new Mock<ICreditLedger>(), new Mock<IScenarioStore>());
        ledger.Setup(l => l.HoldAsync("ann", 6, "t1", It.IsAny<TimeSpan>(), Stop)).ReturnsAsync(isEnough ? 6 : null);
        ledger.Setup(l => l.GetBalanceAsync("ann", Stop)).ReturnsAsync(new CreditBalance(5, 0));
        store.Setup(s => s.ListScenesAsync(rows[0].ScenarioId, Stop)).ReturnsAsync(rows);

        var check = await new CheckCreditsStep(ledger.Object, store.Object, new ServiceSettings(), Clock)
            .RunAsync(new CheckCreditsInput("t1", "ann", 9, 2, 20) { IsResumed = true }, Mock.Of<IStepContext>(), Stop);

        Assert.Equal(
            new CreditCheck(6, isEnough ? null : 5, isEnough) { HeldAt = isEnough ? Clock.GetUtcNow() : null },
            check with { HeldUntil = null });
        var end = SceneState.SkippedFor(SceneReason.InsufficientCredits);
        var endWithCost = end with { ServiceCredits = 8, OrderedAt = Clock.GetUtcNow(), Attempt = 1 };
        store.Verify(s => s.EndPendingScenesAsync(rows[0].ScenarioId, end, Stop), isEnough ? Times.Never() : Times.Once());
        store.Verify(s => s.UpdateSceneAsync(rows[4].Id, endWithCost, Stop), isEnough ? Times.Never() : Times.Once());
        store.Verify(s => s.UpdateSceneAsync(It.IsAny<Guid>(), It.IsAny<SceneState>(), Stop), isEnough ? Times.Never() : Times.Once());
    }

    [Fact]
    public void An_input_of_version_0_1_0_is_read_as_one_image_after_the_other()
    {
        var input = JsonSerializer.Deserialize(
            """{"task_id":"t","user_id":"u","images":3,"credits_per_image":2}""", CoreJson.Default.CheckCreditsInput);

        Assert.Equal(new CheckCreditsInput("t", "u", 3, 2, 1), input);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public void A_result_of_version_0_1_0_tells_by_its_balance_whether_there_is_enough(long balance, bool isEnough)
    {
        var result = JsonSerializer.Deserialize(
            $$$"""{"value":{"needed":4,"balance":{{{balance}}}}}""", CoreJson.Default.StepResultCreditCheck)!;

        Assert.Null(result.Value!.Held);
        Assert.Equal(isEnough, result.Value.IsEnough);
    }
}
