using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

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
        var generator = NewGenerator(time, generations.Object, Mock.Of<IScenarioStore>(), new SceneWaits());
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

    [Fact]
    public async Task A_scene_says_what_RunwayML_says_of_its_image_and_that_it_is_made_again()
    {
        var waits = new SceneWaits();
        var said = new List<SceneWait?>();
        var answers = new Queue<Generation>(
        [
            new(GenerationState.Open) { IsThrottled = true },
            new(GenerationState.Open) { Progress = 0.405 },
            new(GenerationState.Failed, Failure: GenerationFailure.Temporary),
        ]);
        var generations = new Mock<IImageGenerator>();
        generations.Setup(runway => runway.GetAsync("gen-1", It.IsAny<CancellationToken>()))
            .Callback(() => said.Add(waits.Find("task", 2)))
            .ReturnsAsync(answers.Dequeue);
        var store = new Mock<IScenarioStore>();
        store.Setup(rows => rows.UpdateSceneAsync(It.IsAny<Guid>(), It.IsAny<SceneState>(), It.IsAny<CancellationToken>()))
            .Callback(() => said.Add(waits.Find("task", 2)))
            .ReturnsAsync(true);
        var time = new ImpatientTime();

        await Assert.ThrowsAsync<StillWaitingException>(() => NewGenerator(time, generations.Object, store.Object, waits)
            .GenerateAsync(Following(time, TestContext.Current.CancellationToken)));

        Assert.Equal(
            [
                null,
                new SceneWait(WaitingFor.Throttled),
                new SceneWait(WaitingFor.Running, Percent: 40),
                new SceneWait(WaitingFor.Retrying, Attempt: 2, Attempts: 3),
            ],
            said);
        Assert.Null(waits.Find("task", 2));
    }

    [Fact]
    public async Task A_scene_is_taken_for_longer_than_its_order_can_take_with_all_its_attempts()
    {
        var taken = TimeSpan.Zero;
        var store = new Mock<IScenarioStore>();
        store.Setup(rows => rows.TakeSceneAsync(It.IsAny<Guid>(), It.IsAny<string>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((Guid _, string _, TimeSpan lease, CancellationToken _) => taken = lease)
            .ReturnsAsync(true);
        var generations = new Mock<IImageGenerator>();
        generations.Setup(runway => runway.SubmitAsync(It.IsAny<ImageRequest>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new ImageServiceException(ImageServiceFailure.OutcomeUnknown, "no answer"));
        var time = new ImpatientTime();

        await Assert.ThrowsAsync<SceneEndedException>(() => NewGenerator(time, generations.Object, store.Object, new SceneWaits())
            .GenerateAsync(RunOf(new SceneState { Status = SceneStatus.Pending }, time, TestContext.Current.CancellationToken)));

        var longest = ((RunwayResilience.MaxRetries + 1) * RunwayResilience.ApiAttemptTimeout) + (RunwayResilience.MaxRetries * RunwayResilience.MaxDelay);
        Assert.InRange(taken, longest, TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Late_in_a_run_no_order_is_begun_as_it_may_take_minutes()
    {
        var time = new FakeTimeProvider();
        var store = new Mock<IScenarioStore>();
        store.Setup(rows => rows.CountRejectionsAsync("user", It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Callback(() => time.Advance(TimeSpan.FromMinutes(4)));
        store.Setup(rows => rows.TakeSceneAsync(It.IsAny<Guid>(), It.IsAny<string>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(true);
        var generations = new Mock<IImageGenerator>(MockBehavior.Strict);
        generations.Setup(runway => runway.FindConcurrencyAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(2);

        var still = await Assert.ThrowsAsync<StillWaitingException>(() => NewGenerator(time, generations.Object, store.Object, new SceneWaits())
            .GenerateAsync(RunOf(new SceneState { Status = SceneStatus.Pending }, time, TestContext.Current.CancellationToken)));

        Assert.Equal((SceneImageNext.Wait, null), (still.Next, still.Unanswered));
    }

    [Fact]
    public async Task A_look_at_an_image_is_cut_off_when_the_run_has_lasted_too_long()
    {
        var time = new FakeTimeProvider();
        var generations = new Mock<IImageGenerator>();
        generations.Setup(runway => runway.GetAsync("gen-1", It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken token) => new TaskCompletionSource<Generation>().Task.WaitAsync(token));
        var follows = NewGenerator(time, generations.Object, Mock.Of<IScenarioStore>(), new SceneWaits())
            .GenerateAsync(Following(time, TestContext.Current.CancellationToken));

        time.Advance(SceneImageRun.Longest);

        await Assert.ThrowsAsync<StillWaitingException>(
            () => follows.WaitAsync(Chaos.Patience.Limit, TestContext.Current.CancellationToken));
    }

    private static SceneGenerator NewGenerator(TimeProvider time, IImageGenerator generations, IScenarioStore store, SceneWaits waits)
    {
        var faults = new FaultLog(time);
        var patience = new ScenePatience(faults, NullLogger<ScenePatience>.Instance);
        var runway = new RunwaySettings { PollInterval = PollInterval };
        var limits = new OrderLimits(store, patience, runway, new ServiceSettings(), time);
        var holds = new HoldRenewal(store, Mock.Of<ICreditLedger>(), patience, new ServiceSettings(), time);
        var order = new SceneOrder(
            store, generations, runway, patience, limits, holds, waits, faults, time, NullLogger<SceneOrder>.Instance);
        return new SceneGenerator(
            store, generations, order, new ImageTurns(generations, runway, waits, time), waits, runway, patience, NullLogger<SceneGenerator>.Instance);
    }

    private static void Advance(FakeTimeProvider time, int seconds)
    {
        for (var i = 0; i < seconds * 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    private static SceneImageRun Following(TimeProvider time, CancellationToken stopping) =>
        RunOf(new SceneState { Status = SceneStatus.Generating, GenerationId = "gen-1" }, time, stopping);

    private static SceneImageRun RunOf(SceneState state, TimeProvider time, CancellationToken stopping)
    {
        var scene = new Scene { SceneNumber = 2, Description = "", ImagePrompt = "A boat", VisualPrompt = "" };
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
