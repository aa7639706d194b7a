using Microsoft.Extensions.Time.Testing;
using Moq;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Core.Steps;

public sealed class ImageTurnsTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly TaskCompletionSource<int?> concurrency = new();
    private readonly Mock<IImageGenerator> runway = new();
    private readonly CancellationTokenSource cancelled = new();
    private readonly SceneWaits waits = new();
    private readonly ImageTurns turns;
    private int scenes;

    public ImageTurnsTests()
    {
        runway.Setup(one => one.FindConcurrencyAsync("gen4_image", It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken token) => concurrency.Task.WaitAsync(token));
        turns = new ImageTurns(runway.Object, new RunwaySettings(), waits, time);
    }

    public void Dispose() => cancelled.Dispose();

    [Fact]
    public async Task As_many_are_ordered_as_RunwayML_makes_at_once_and_a_quarter_more()
    {
        concurrency.SetResult(8);

        var waits = Enumerable.Range(0, 12).Select(_ => Enter("ann")).ToList();

        Assert.Equal(10, waits.Count(wait => wait.Waits.IsCompleted));
        waits[0].Turn.Dispose();
        await waits[10].Waits;
        Assert.False(waits[11].Waits.IsCompleted);
    }

    [Fact]
    public async Task A_scene_says_its_place_in_the_queue_of_all_users_while_it_waits()
    {
        concurrency.SetResult(1);
        var images = Enumerable.Range(0, 4).Select(_ => Enter("ann")).ToList();
        Assert.Equal([null, null, 1, 2], PlacesOf(1, 4));

        var other = Enter("bob");
        Assert.Equal([2, 3, 2], PlacesOf(3, 5));

        images[0].Turn.Dispose();
        await other.Waits;
        Assert.Equal([1, 2, null], PlacesOf(3, 5));

        IEnumerable<int?> PlacesOf(int first, int last) =>
            Enumerable.Range(first, last - first + 1).Select(scene => waits.Find("task", scene)?.Place);
    }

    [Fact]
    public async Task Until_RunwayML_has_said_its_limit_only_two_are_ordered()
    {
        var waits = Enumerable.Range(0, 30).Select(_ => Enter("ann")).ToList();
        Assert.Equal(2, waits.Count(wait => wait.Waits.IsCompleted));

        concurrency.SetException(new ImageServiceException(ImageServiceFailure.Misconfigured, "no key"));

        await Task.WhenAll(waits.Take(25).Select(wait => wait.Waits));
        Assert.DoesNotContain(waits.Skip(25), wait => wait.Waits.IsCompleted);
    }

    [Fact]
    public async Task While_others_use_up_the_account_no_more_are_ordered()
    {
        concurrency.SetResult(8);
        var waits = Enumerable.Range(0, 11).Select(_ => Enter("ann")).ToList();
        waits.Take(3).ToList().ForEach(wait => wait.Turn.IsThrottled = true); // so RunwayML makes 7 of them at once

        waits.Skip(7).Take(3).ToList().ForEach(wait => wait.Turn.Dispose());
        Assert.False(waits[10].Waits.IsCompleted);

        waits[0].Turn.IsThrottled = false;
        waits[1].Turn.IsThrottled = false;
        await waits[10].Waits;
    }

    [Fact]
    public async Task An_image_that_is_ordered_already_counts_and_does_not_wait()
    {
        concurrency.SetResult(1);
        var continued = turns.Of(Run("ann"));
        continued.Continue();
        var (_, first) = Enter("ann");
        var (turn, second) = Enter("ann");
        Assert.True(first.IsCompleted);
        Assert.False(second.IsCompleted);

        continued.Dispose();
        continued.Dispose();

        Assert.True(await second);
        Assert.False(Enter("ann").Waits.IsCompleted);
        turn.Dispose();
    }

    [Fact]
    public async Task A_scene_that_waits_for_its_turn_keeps_its_time_and_its_place_over_the_runs_of_its_step()
    {
        concurrency.SetResult(1);
        var taken = Enumerable.Range(0, 2).Select(_ => Enter("ann")).ToList();
        var run = Run("ann");
        Task waits = Task.CompletedTask;
        await Task.Run(() => // off the test's context, so that what a tick of the clock sets going is done when the tick is
        {
            waits = turns.Of(run).WaitAsync(null);
            Pass(TimeSpan.FromMinutes(4));
        }, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<StillWaitingException>(() => waits);
        Assert.Equal(TimeSpan.Zero, run.Waited);
        Assert.InRange(run.QueuedInAll, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4.2));

        var later = Enter("ann");
        var again = Enter("ann", new CarriedOver(0, QueuedSeconds: run.QueuedInAll.TotalSeconds));
        taken[0].Turn.Dispose();

        await again.Waits;
        Assert.False(later.Waits.IsCompleted);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(100, 50)]
    [InlineData(3600, 240)]
    public async Task Where_waiting_steps_take_places_an_image_whose_turn_is_far_off_rests(int queued, int rest)
    {
        concurrency.SetResult(1);
        var longer = new CarriedOver(0, QueuedSeconds: 7200);
        _ = Enumerable.Range(0, 2 + ImageTurns.Room).Select(_ => Enter("ann", longer, mayRest: true)).ToList();
        Assert.Equal(ImageTurns.Room, waits.Find("task", scenes)!.Place);

        var far = await Assert.ThrowsAsync<StillWaitingException>(
            () => Enter("ann", new CarriedOver(0, QueuedSeconds: queued), mayRest: true).Waits);

        Assert.InRange(far.Rest!.Value.TotalSeconds, rest * 0.8, rest * 1.2);
        Assert.Null(waits.Find("task", scenes));
        Assert.False(Enter("ann").Waits.IsCompleted);
        Assert.False(Enter("bob", mayRest: true).Waits.IsCompleted); // its turn is near
    }

    /// <summary>One that rested has waited longer than those which came meanwhile. If they left only at their next look, they would hold places until then.</summary>
    [Fact]
    public async Task When_an_image_comes_back_from_its_rest_the_last_one_of_the_longest_queue_rests_at_once()
    {
        concurrency.SetResult(1);
        _ = Enter("bob", mayRest: true);
        var images = Enumerable.Range(0, 1 + ImageTurns.Room).Select(_ => Enter("ann", mayRest: true)).ToList();
        var bob = Enter("bob", mayRest: true).Waits;

        var last = await RestOfAsync(images[^1].Waits);
        var back = Enter("ann", new CarriedOver(0, QueuedSeconds: 20), mayRest: true).Waits;
        var next = await RestOfAsync(images[^2].Waits);

        Assert.Equal((ImageTurns.Room + 1, ImageTurns.Room + 2), (last.Place, next.Place)); // another rests
        Assert.DoesNotContain([bob, back, .. images[1..^2].Select(image => image.Waits)], wait => wait.IsCompleted);
    }

    [Fact]
    public async Task The_rests_of_many_images_that_come_together_end_one_after_another()
    {
        concurrency.SetResult(1);
        _ = Enumerable.Range(0, 2 + ImageTurns.Room).Select(_ => Enter("ann", mayRest: true)).ToList();
        var rests = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => RestOfAsync(Enter("ann", mayRest: true).Waits)));

        var seconds = rests.Select(rest => rest.Rest!.Value.TotalSeconds).Order().ToList();
        Assert.InRange(seconds[^1], 90, 150);
        Assert.All(seconds, from => Assert.InRange(seconds.Count(end => end >= from && end < from + 10), 1, 200));
    }

    private static Task<StillWaitingException> RestOfAsync(Task wait) =>
        Assert.ThrowsAsync<StillWaitingException>(() => wait.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_cancel_ends_the_wait_and_leaves_the_place_to_others()
    {
        concurrency.SetResult(1);
        var taken = Enumerable.Range(0, 2).Select(_ => Enter("ann")).ToList();
        var given = Enter("ann", cancel: cancelled);
        var next = Enter("ann");

        await cancelled.CancelAsync();
        var ended = await Assert.ThrowsAsync<SceneEndedException>(() => given.Waits);
        taken[0].Turn.Dispose();

        Assert.Equal(SceneReason.Cancelled, ended.State.Reason);
        await next.Waits;
    }

    [Fact]
    public async Task A_turn_that_does_not_come_for_hours_ends_the_scene()
    {
        concurrency.SetResult(1);
        _ = Enumerable.Range(0, 2).Select(_ => Enter("ann")).ToList();
        var waited = new CarriedOver(0, QueuedSeconds: (ImageTurns.Longest - TimeSpan.FromSeconds(1)).TotalSeconds);
        Task waits = Task.CompletedTask;
        await Task.Run(() =>
        {
            waits = Enter("ann", waited).Waits;
            Pass(TimeSpan.FromMinutes(1));
        }, TestContext.Current.CancellationToken);

        var ended = await Assert.ThrowsAsync<SceneEndedException>(() => waits);
        Assert.Equal((SceneReason.TimedOut, "Its turn to be ordered did not come within 6 hours."), (ended.State.Reason, ended.State.Note));
    }

    /// <summary>In steps of a look, as a wait begins only when the one before has ended.</summary>
    private void Pass(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += ImageTurn.LookInterval)
        {
            time.Advance(ImageTurn.LookInterval);
        }
    }

    private (ImageTurn Turn, Task<bool> Waits) Enter(
        string user, CarriedOver? carried = null, CancellationTokenSource? cancel = null, bool? mayRest = null)
    {
        var turn = turns.Of(Run(user, carried, cancel, mayRest));
        return (turn, turn.WaitAsync(null));
    }

    private SceneImageRun Run(
        string user, CarriedOver? carried = null, CancellationTokenSource? cancel = null, bool? mayRest = null)
    {
        var context = new Mock<IStepContext>();
        context.Setup(one => one.Cancelled).Returns(cancel?.Token ?? default);
        context.Setup(one => one.IsCancelledAsync(It.IsAny<CancellationToken>()))
            .Returns(() => ValueTask.FromResult(cancel?.IsCancellationRequested == true));
        var run = new SceneImageRun(
            new GenerateSceneImageInput("task", ++scenes, user, null, 2, 1, 1) { Carried = carried, MayRest = mayRest },
            context.Object, new ServiceSettings(), time, CancellationToken.None);
        run.Begin(new SceneRow(Guid.Empty, Guid.Empty, new Scene { SceneNumber = scenes }, new SceneState { Status = SceneStatus.Pending }));
        return run;
    }
}
