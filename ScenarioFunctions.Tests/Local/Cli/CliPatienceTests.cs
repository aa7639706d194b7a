using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class CliPatienceTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(80, 10)]
    [InlineData(400, 50)]
    [InlineData(2000, 250)]
    [InlineData(60_000, 250)]
    public void A_task_is_polled_less_often_the_longer_it_takes(int elapsed, int pause) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pause), new CliPatience().PauseAfter(TimeSpan.FromMilliseconds(elapsed)));
}
