using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>Only so many calls are under way at once.</summary>
public sealed class RunwayTurnTests
{
    /// <summary>One that is sent is there much sooner; one that is not never comes.</summary>
    private static readonly TimeSpan LongEnoughToArrive = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task A_create_does_not_wait_for_reads()
    {
        await using var runway = await RunwayHarness.StartAsync();
        var answer = new TaskCompletionSource();
        runway.Server.Otherwise = Reply.After(answer.Task, Reply.Json("""{"id":"gen-1","status":"RUNNING"}"""));
        var reads = await FillAsync(runway, runway.GetAsync);
        runway.Server.Then(Reply.Json("""{"id":"gen-2"}"""));

        Assert.Equal("gen-2", await runway.SubmitAsync().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));

        answer.SetResult();
        await Task.WhenAll(reads);
    }

    [Fact]
    public async Task A_create_that_waits_for_its_turn_is_not_sent_and_may_be_cancelled()
    {
        await using var runway = await RunwayHarness.StartAsync();
        var answer = new TaskCompletionSource();
        runway.Server.Otherwise = Reply.After(answer.Task, Reply.Json("""{"id":"gen-1","status":"RUNNING"}"""));
        var creates = await FillAsync(runway, runway.SubmitAsync);
        using var cancel = new CancellationTokenSource();

        var create = runway.Client.SubmitAsync(RunwayHarness.Request, cancel.Token);
        await Assert.ThrowsAsync<TimeoutException>(
            () => runway.Server.RequestArrivedAsync().WaitAsync(LongEnoughToArrive, TestContext.Current.CancellationToken));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => create);
        answer.SetResult();
        await Task.WhenAll(creates);
        Assert.Equal(RunwayResilience.MaxAttemptsAtOnce, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task Those_who_wait_have_their_turn_when_others_have_ended()
    {
        await using var runway = await RunwayHarness.StartAsync();
        var answer = new TaskCompletionSource();
        runway.Server.Otherwise = Reply.After(answer.Task, Reply.Json("""{"id":"gen-1","status":"RUNNING"}"""));
        var creates = await FillAsync(runway, runway.SubmitAsync);

        var create = runway.SubmitAsync();
        answer.SetResult();

        await Task.WhenAll(creates);
        Assert.Equal("gen-1", await create);
    }

    /// <returns>Calls that hold every turn: none is answered yet.</returns>
    private static async Task<IReadOnlyList<Task>> FillAsync(RunwayHarness runway, Func<Task> call)
    {
        var calls = new List<Task>();
        for (var i = 0; i < RunwayResilience.MaxAttemptsAtOnce; i++)
        {
            calls.Add(call());
            await runway.Server.RequestArrivedAsync();
        }

        return calls;
    }
}
