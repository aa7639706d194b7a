using System.Text.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Tests.Azure.Engine;

public sealed class ProgressStatusTests
{
    private const string Bucket = "https://abcdefghijklmnopqrst.supabase.co/storage/v1/object/public/generated-content/scenes/scene_";

    [Fact]
    public void Progress_comes_back_as_it_was_reported()
    {
        var progress = new WorkflowProgress
        {
            Percent = 71,
            Message = "Generating images: 3 of 4 done",
            ScenarioId = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
            Error = new TaskError("save_scenes_failed", "no \"table\""),
            Scenes =
            [
                new SceneProgress(1, SceneStatus.Skipped, Reason: SceneReason.FirstScene),
                new SceneProgress(2, SceneStatus.Completed, "https://store.test/a/1.png", Note: "The prompt was cut."),
                new SceneProgress(3, SceneStatus.Completed, "https://store.test/b/2.png", Note: "The prompt was cut."),
                new SceneProgress(4, SceneStatus.Cancelled, Reason: SceneReason.Cancelled, Note: "Another."),
                new SceneProgress(5, SceneStatus.Generating),
            ],
        };

        var read = Read(Write(progress));

        Assert.Equal(progress.Scenes, read.Scenes);
        Assert.Equal(progress with { Scenes = [] }, read with { Scenes = [] });
    }

    [Fact]
    public void The_only_image_and_an_address_on_this_host_come_back_too()
    {
        var progress = new WorkflowProgress { Scenes = [new SceneProgress(1, SceneStatus.Completed, "/images/scenes/1.png")] };

        Assert.Equal("/images/scenes/1.png", Read(Write(progress)).Scenes[0].ImageUrl);
    }

    [Fact]
    public void What_scenes_wait_for_comes_back_and_fits_for_a_hundred_scenes()
    {
        var waits = new Dictionary<int, SceneWait>
        {
            [1] = new(WaitingFor.Queued, Place: 731),
            [2] = new(WaitingFor.Queued),
            [3] = new(WaitingFor.Retrying, Attempt: 2, Attempts: 3),
            [4] = new(WaitingFor.Retrying),
        };
        foreach (var number in Enumerable.Range(5, 96))
        {
            waits[number] = new SceneWait(WaitingFor.Queued, Place: 10_000 + number, Attempt: 3, Attempts: 3);
        }

        var json = Write(new WorkflowProgress
        {
            Scenes = [.. waits.Keys.Select(number => new SceneProgress(number, SceneStatus.Generating))],
            Waiting = waits,
        });

        Assert.InRange(json.Length, 1, 5_000);
        Assert.Equal(waits, Read(json).Waiting);
    }

    [Theory]
    [InlineData(SceneStatus.Pending)]
    [InlineData(SceneStatus.Generating)]
    [InlineData(SceneStatus.Completed)]
    [InlineData(SceneStatus.Skipped)]
    [InlineData(SceneStatus.Failed)]
    [InlineData(SceneStatus.Cancelled)]
    public void Every_reason_comes_back_with_every_status(SceneStatus status)
    {
        var scenes = Enum.GetValues<SceneReason>().Select((reason, index) => new SceneProgress(index + 1, status, Reason: reason)).ToList();

        Assert.Equal(scenes, Read(Write(new WorkflowProgress { Scenes = scenes })).Scenes);
    }

    [Fact]
    public void A_hundred_completed_scenes_with_long_URLs_and_a_shared_note_fit_and_lose_nothing()
    {
        var progress = Hundred(number => $"{Bucket}{new Guid(number, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10])}.png", _ => "The prompt was cut at 1000 characters.");

        var json = Write(progress);

        Assert.InRange(json.Length, 4_000, HostJson.MaxCustomStatus);
        Assert.Equal(progress.Scenes, Read(json).Scenes);
    }

    [Fact]
    public void Notes_that_do_not_fit_are_left_out_and_the_URLs_stay()
    {
        var progress = Hundred(number => $"{Bucket}{number}.png", number => $"A note of its own {number} {new string('n', 80)}");

        var json = Write(progress);

        Assert.InRange(json.Length, 1, HostJson.MaxCustomStatus);
        Assert.Equal(progress.Scenes.Select(scene => scene with { Note = null }), Read(json).Scenes);
    }

    [Fact]
    public void URLs_that_do_not_fit_are_left_out_and_every_status_stays()
    {
        var progress = Hundred(number => $"{number}/{new string('u', 400)}", _ => null) with
        {
            Message = new string('\u00e9', 5_000),
            Error = new TaskError("generate_scene_image_failed", string.Concat(Enumerable.Repeat("\U0001F600", 5_000))),
        };

        var json = Write(progress);
        var read = Read(json);

        Assert.InRange(json.Length, 1, HostJson.MaxCustomStatus);
        Assert.All(read.Scenes, scene => Assert.Equal((SceneStatus.Completed, null), (scene.Status, scene.ImageUrl)));
        Assert.StartsWith(read.Message, progress.Message, StringComparison.Ordinal);
        Assert.StartsWith(read.Error!.Message, progress.Error.Message, StringComparison.Ordinal);
        Assert.InRange(read.Error.Message.Length, 90, 600);
    }

    [Fact]
    public void The_worst_that_a_hundred_scenes_can_say_fits()
    {
        var progress = Hundred(_ => null, _ => null, SceneReason.ImageServiceUnavailable) with
        {
            Message = new string('\u00e9', 5_000),
            Error = new TaskError("generate_scene_image_failed", new string('"', 5_000)),
        };

        Assert.InRange(Write(progress).Length, 1, HostJson.MaxCustomStatus);
    }

    private static WorkflowProgress Hundred(Func<int, string?> url, Func<int, string?> note, SceneReason? reason = null) => new()
    {
        Percent = 90,
        Message = "Finishing",
        ScenarioId = Guid.AllBitsSet,
        Scenes = [.. Enumerable.Range(1, 100).Select(number => new SceneProgress(
            number, reason is null ? SceneStatus.Completed : SceneStatus.Generating, url(number), reason, note(number)))],
    };

    private static string Write(WorkflowProgress progress) =>
        JsonSerializer.Serialize(progress, HostJson.Options);

    private static WorkflowProgress Read(string json) =>
        JsonSerializer.Deserialize<WorkflowProgress>(json, HostJson.Options)!;
}
