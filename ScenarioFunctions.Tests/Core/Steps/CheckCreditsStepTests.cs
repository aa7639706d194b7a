using System.Text.Json;
using Moq;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Tests.Core.Steps;

public sealed class CheckCreditsStepTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 20, 134)]
    [InlineData(20, 20, 134)]
    [InlineData(21, 20, 208)]
    [InlineData(99, 1, 7386)]
    public async Task A_hold_outlives_the_longest_run_of_its_task_by_an_hour(int images, int parallel, int minutes)
    {
        var ledger = new Mock<ICreditLedger>();
        var lifetime = TimeSpan.Zero;
        ledger.Setup(l => l.HoldAsync("ann", images * 2, "t1", It.IsAny<TimeSpan>(), Stop))
            .Callback((string _, long _, string _, TimeSpan asked, CancellationToken _) => lifetime = asked)
            .ReturnsAsync(true);
        var settings = new ServiceSettings { ImageTimeout = TimeSpan.FromMinutes(70), ImageStepBudget = TimeSpan.FromMinutes(4) };

        var check = await new CheckCreditsStep(ledger.Object, Mock.Of<IScenarioStore>(), settings)
            .RunAsync(new CheckCreditsInput("t1", "ann", images, 2, parallel), Mock.Of<IStepContext>(), Stop);

        Assert.Equal(new CreditCheck(images * 2, null, Held: true), check);
        Assert.Equal(TimeSpan.FromMinutes(minutes), lifetime);
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
