using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class CliPatienceTests
{
    [Theory]
    [InlineData(0, 20)]
    [InlineData(80, 20)]
    [InlineData(400, 100)]
    [InlineData(1000, 250)]
    [InlineData(60_000, 250)]
    public void A_task_is_polled_less_often_the_longer_it_takes(int elapsed, int pause) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pause), new CliPatience().PauseAfter(TimeSpan.FromMilliseconds(elapsed)));
}
