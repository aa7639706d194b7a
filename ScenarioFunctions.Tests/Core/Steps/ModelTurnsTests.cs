using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Tests.Core.Steps;

/// <summary>RunwayML makes 20 at once, and always more wait.</summary>
public sealed class ModelTurnsTests
{
    private readonly ModelTurns turns;
    private readonly List<Task<Rest?>> waiting = [];

    public ModelTurnsTests()
    {
        var runway = new Mock<IImageGenerator>();
        runway.Setup(one => one.FindConcurrencyAsync("model", It.IsAny<CancellationToken>())).ReturnsAsync(20);
        turns = new ModelTurns("model", runway.Object, new FakeTimeProvider());
        waiting.AddRange(Enumerable.Range(0, 100).Select(_ => turns.Enter("user", since: 0, room: null).Turn));
    }

    private int Ordered => waiting.Count(turn => turn.IsCompleted);

    [Fact]
    public void A_quarter_more_is_ordered_than_RunwayML_makes_at_once()
    {
        Assert.Equal(25, Ordered);

        turns.CountThrottled(5);
        End(20);

        Assert.Equal(45, Ordered);
    }

    [Fact]
    public void When_others_use_the_account_as_much_as_RunwayML_makes_of_its_own_is_ordered_and_a_quarter_more()
    {
        turns.CountThrottled(15);
        End(10);
        turns.CountThrottled(-13);
        Assert.Equal(25, Ordered); // 15 are, of which 2 wait

        End(3);
        Assert.Equal(25, Ordered);

        End(5);
        Assert.Equal(30, Ordered);
    }

    [Fact]
    public void Once_the_others_have_ended_its_share_grows_to_all()
    {
        turns.CountThrottled(15);
        turns.CountThrottled(-15);

        End(20);
        Assert.InRange(Ordered - 20, 13, 24);

        End(40);
        Assert.Equal(25, Ordered - 60);
    }

    private void End(int images)
    {
        for (var i = 0; i < images; i++)
        {
            turns.Release("user");
        }
    }
}
