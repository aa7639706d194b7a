using System.Collections.Concurrent;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>When what happened, on either engine. Each act takes a minute.</summary>
public abstract class TimelineScenarios : EngineScenarios
{
    private static readonly Generation Rejection = new(GenerationState.Failed, Failure: GenerationFailure.ContentRejected)
    {
        Code = "SAFETY.INPUT.TEXT",
    };

    private readonly ConcurrentQueue<(string Act, DateTimeOffset At)> acts = [];

    protected TimelineScenarios(EngineHost host)
        : base(host) => Backend.Before = act =>
        {
            host.Time.Set(TimeSpan.FromMinutes(1));
            acts.Enqueue((act, host.Time.GetUtcNow()));
            return Task.CompletedTask;
        };

    [Fact]
    public async Task A_made_image_tells_when_its_credits_were_held_and_when_it_was_ordered_stored_and_charged()
    {
        var task = await Host.RunAsync(scenes: 2);

        var row = RowOf(2);
        AssertAt("hold", task.Progress.HeldAt);
        AssertAt("submit 2", row.State.OrderedAt);
        AssertAt("store 2", row.State.StoredAt);
        AssertAt("update 2", row.EndedAt); // of the last update, right after the charge
        Assert.Equal("charge 2", acts.Reverse().SkipWhile(one => one.Act != "update 2").ElementAt(1).Act);
        Assert.Equal((1, null), (row.State.Attempt, row.State.FailureCode));
    }

    [Fact]
    public async Task A_rejected_image_tells_when_and_with_which_code_and_the_other_is_made()
    {
        Backend.Generate = look => look.Scene == 2 ? Rejection : Backend.Succeeded;

        await Host.RunAsync(scenes: 3, parallel: 1);

        var row = RowOf(2);
        Assert.Equal((SceneReason.ContentRejected, "SAFETY.INPUT.TEXT"), (row.State.Reason, row.State.FailureCode));
        AssertAt("submit 2", row.State.OrderedAt);
        AssertAt("update 2", row.EndedAt);
        Assert.Null(row.State.StoredAt);
        Assert.Equal((null, SceneStatus.Completed), (RowOf(3).State.FailureCode, RowOf(3).State.Status));
    }

    [Fact]
    public async Task An_image_that_was_ordered_again_tells_the_time_of_the_last_order_and_which_it_was()
    {
        Backend.Generate = look => look.Generation == 1
            ? new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary) { Code = "INTERNAL" }
            : Backend.Succeeded;

        await Host.RunAsync(scenes: 2);

        var row = RowOf(2);
        AssertAt("submit 2", row.State.OrderedAt);
        Assert.Equal((2, 2, null), (Backend.Count("submit 2"), row.State.Attempt, row.State.FailureCode));
    }

    [Fact]
    public async Task Images_that_the_credits_do_not_cover_have_an_end_but_no_order_and_no_hold()
    {
        Backend.Balance = 1;

        var task = await Host.RunAsync(scenes: 2);

        AssertAt("end_pending", RowOf(2).EndedAt);
        Assert.Equal((null, null), (task.Progress.HeldAt, RowOf(2).State.OrderedAt));
    }

    [Fact]
    public async Task An_image_made_anew_has_times_of_its_own_and_so_has_the_one_before()
    {
        await Host.RunAsync(scenes: 2);
        var first = RowOf(2);

        var redo = await Host.RedoAsync((2, "Scene 2 anew"));

        var versions = Backend.Versions.Read(ScenarioIds.Scenario(EngineHost.TaskId))!.Images;
        Assert.Equal((first.State.OrderedAt, first.State.StoredAt, first.EndedAt), TimesOf(versions[0]));
        AssertAt("submit 2", versions[1].State.OrderedAt);
        AssertAt("store 2", versions[1].State.StoredAt);
        AssertAt("update 2", versions[1].EndedAt);
        AssertAt("hold", redo.Progress.HeldAt);
        Assert.Equal((first.State.OrderedAt, first.EndedAt), (RowOf(2).State.OrderedAt, RowOf(2).EndedAt));
    }

    [Fact]
    public async Task After_a_crash_an_image_keeps_the_time_of_its_order_and_the_task_that_of_its_hold()
    {
        Backend.Generate = _ => Backend.Open;
        await Host.StartAsync(scenes: 2);
        await Host.UntilAsync(() => Backend.Count("get 2") > 0);
        Backend.Crash();
        Backend.Generate = _ => Backend.Succeeded;
        await Host.RestartAsync();

        var task = await Host.EndAsync();

        Assert.Equal((1, 1), (Backend.Count("submit 2"), Backend.Count("hold")));
        AssertAt("submit 2", RowOf(2).State.OrderedAt);
        AssertAt("hold", task.Progress.HeldAt);
    }

    private static (DateTimeOffset?, DateTimeOffset?, DateTimeOffset?) TimesOf(SceneImage image) =>
        (image.State.OrderedAt, image.State.StoredAt, image.EndedAt);

    /// <summary>It is of the last such act, before the next act of any kind.</summary>
    private void AssertAt(string act, DateTimeOffset? actual)
    {
        var all = acts.ToArray();
        var last = Array.FindLastIndex(all, one => one.Act == act);
        Assert.NotNull(actual);
        Assert.InRange(actual.Value, all[last].At, last + 1 < all.Length ? all[last + 1].At : DateTimeOffset.MaxValue);
    }

    private SceneRow RowOf(int scene) => Backend.Locked(() => Backend.Scenes[ScenarioIds.Scene(EngineHost.TaskId, scene)]);
}

public sealed class EmbeddedTimelineScenarios() : TimelineScenarios(new EmbeddedEngineHost());

public sealed class DurableTimelineScenarios() : TimelineScenarios(new DurableEngineHost());
