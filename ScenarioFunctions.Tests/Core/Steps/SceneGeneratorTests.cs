using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Core.Steps;

public sealed class SceneGeneratorTests
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.25);

    [Theory]
    [InlineData(40, 160)]
    [InlineData(1000, 400)]
    public async Task RunwayML_is_asked_at_the_interval_by_few_images_and_at_most_400_times_a_second_by_many(
        int images, int expectedPerSecond)
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var generations = new Mock<IImageGenerator>();
        generations.Setup(runway => runway.GetAsync("gen-1", It.IsAny<CancellationToken>()))
            .Callback(() => Interlocked.Increment(ref asked))
            .ReturnsAsync(new Generation(GenerationState.Open));
        var faults = new FaultLog(time);
        var patience = new ScenePatience(faults, NullLogger<ScenePatience>.Instance);
        var runway = new RunwaySettings { PollInterval = PollInterval };
        var limits = new OrderLimits(Mock.Of<IScenarioStore>(), patience, runway, new ServiceSettings(), time);
        var store = Mock.Of<IScenarioStore>();
        var waits = new SceneWaits();
        var order = new SceneOrder(
            store, generations.Object, runway, patience, limits, waits, faults, time, NullLogger<SceneOrder>.Instance);
        var generator = new SceneGenerator(
            store, generations.Object, order, new ImageTurns(generations.Object, runway, waits, time), waits, runway, patience, NullLogger<SceneGenerator>.Instance);
        using var stop = new CancellationTokenSource();

        // Off the test's context, so that what a tick of the clock sets going is done when the tick is.
        var perSecond = await Task.Run(() =>
        {
            for (var i = 0; i < images; i++)
            {
                _ = generator.GenerateAsync(Following(time, stop.Token));
            }

            Advance(time, seconds: 5); // the first ones asked when they were few
            asked = 0;
            Advance(time, seconds: 20);
            return asked / 20;
        });

        await stop.CancelAsync();
        Assert.InRange(perSecond, expectedPerSecond * 0.8, expectedPerSecond * 1.1);
    }

    private static void Advance(FakeTimeProvider time, int seconds)
    {
        for (var i = 0; i < seconds * 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    private static SceneImageRun Following(TimeProvider time, CancellationToken stopping)
    {
        var scene = new Scene { SceneNumber = 2, Description = "", ImagePrompt = "A boat", VisualPrompt = "" };
        var state = new SceneState { Status = SceneStatus.Generating, GenerationId = "gen-1" };
        var run = new SceneImageRun(
            new GenerateSceneImageInput("task", 2, "user", null, 2, 1, 1),
            Mock.Of<IStepContext>(),
            new ServiceSettings(),
            time,
            stopping);
        run.Begin(new SceneRow(Guid.Empty, Guid.Empty, scene, state));
        return run;
    }
}
