using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Tests.Core.Steps;

/// <summary>One run has the only turn, and another waits for it.</summary>
public sealed class StepTurnsTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource cancelled = new();
    private readonly StepTurns turns = new(1);
    private readonly TaskCompletionSource<int> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<int> holder;
    private readonly SceneImageRun run;

    public StepTurnsTests()
    {
        holder = turns.RunAsync(NewRun(), () => first.Task);
        run = NewRun();
    }

    public void Dispose()
    {
        turns.Dispose();
        cancelled.Dispose();
    }

    [Fact]
    public async Task It_waits_no_longer_than_its_step_and_does_not_lose_the_time_of_its_scene()
    {
        var waits = turns.RunAsync(run, () => Task.FromResult(2), unanswered: TimeSpan.FromSeconds(7));

        time.Advance(new ServiceSettings().ImageStepBudget);

        var still = await Assert.ThrowsAsync<StillWaitingException>(() => Soon(waits));
        Assert.Equal((SceneImageNext.Wait, TimeSpan.FromSeconds(7)), (still.Next, still.Unanswered));
        Assert.Equal((TimeSpan.Zero, new ServiceSettings().ImageStepBudget), (run.Waited, run.QueuedInAll));
        await TheTurnIsFreeAfterTheFirstAsync();
    }

    [Fact]
    public async Task A_cancel_ends_the_wait()
    {
        var waits = turns.RunAsync(run, () => Task.FromResult(2));

        await cancelled.CancelAsync();

        var ended = await Assert.ThrowsAsync<SceneEndedException>(() => Soon(waits));
        Assert.Equal(SceneStatus.Cancelled, ended.State.Status);
        await TheTurnIsFreeAfterTheFirstAsync();
    }

    [Fact]
    public async Task It_has_its_turn_when_the_first_has_failed()
    {
        var waits = turns.RunAsync(run, () => Task.FromResult(2));

        first.SetException(new InvalidOperationException());

        Assert.Equal(2, await Soon(waits));
        await Assert.ThrowsAsync<InvalidOperationException>(() => holder);
    }

    private async Task TheTurnIsFreeAfterTheFirstAsync()
    {
        first.SetResult(1);
        await Soon(holder);
        Assert.Equal(3, await Soon(turns.RunAsync(NewRun(), () => Task.FromResult(3))));
    }

    private static Task<int> Soon(Task<int> task) => task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

    private SceneImageRun NewRun()
    {
        var context = new Mock<IStepContext>();
        context.Setup(one => one.Cancelled).Returns(cancelled.Token);
        context.Setup(one => one.IsCancelledAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() => cancelled.IsCancellationRequested);
        return new SceneImageRun(
            new GenerateSceneImageInput("task", 2, "user", null, 2, 1, 1), context.Object, new ServiceSettings(), time, CancellationToken.None);
    }
}
