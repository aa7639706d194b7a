using System.Net;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class RemoveScenarioTests : IAsyncLifetime
{
    private ApiServer server = null!;
    private StoredScenario stored = null!;

    private string Path => $"/scenarios/{stored.Row.Id}";

    public async ValueTask InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        stored = server.PutScenario("user_1");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_deleted_scenario_is_gone_and_the_answer_says_what_went()
    {
        var other = server.PutScenario("user_1");
        Change(stored with
        {
            Images = [Made(stored.Images[0], "g1", "/images/scenes/scene_g1.png"), Made(stored.Images[1], "g2", "https://cdn.test/b/scenes/scene_g2.jpg")],
        });

        var body = await (await server.DeleteAsync(Path)).JsonAsync();

        Assert.True(JsonNode.DeepEquals(
            new JsonObject
            {
                ["scenario_id"] = $"{stored.Row.Id}",
                ["scenes_removed"] = 3,
                ["images_removed"] = 2,
                ["message"] = "The scenario is deleted, with its scenes and all versions of their images.",
            },
            body), body.ToJsonString());
        Assert.Superset(new HashSet<string> { "scenes/scene_g1.png", "scenes/scene_g2.jpg" }, server.Images.Removed.ToHashSet());
        Assert.Equal([other], server.Store.Scenarios);
        Assert.Equal(HttpStatusCode.NotFound, (await server.DeleteAsync(Path)).StatusCode);
    }

    /// <summary>A first scene's URL comes from the caller, and may be that of somebody else's image in our bucket.</summary>
    [Fact]
    public async Task An_image_that_the_service_did_not_make_for_the_scenario_stays()
    {
        var posted = SceneState.SkippedFor(SceneReason.FirstScene) with { ImageUrl = "/images/scenes/scene_of-somebody-else.png" };
        Change(stored with { Scenes = [stored.Scenes[0] with { State = posted }], Images = [] });

        var body = await (await server.DeleteAsync(Path)).JsonAsync();

        Assert.Equal(0, (int?)body["images_removed"]);
        Assert.Empty(server.Images.Removed);
    }

    [Fact]
    public async Task A_deletion_that_fails_half_way_is_answered_with_503_and_can_be_repeated()
    {
        Change(stored with { Images = [Made(stored.Images[0], "g1", "/s/scenes/scene_g1.png"), Made(stored.Images[1], "g2", "/s/scenes/scene_g2.png")] });
        server.Images.Refuses = path => path.Contains("g2", StringComparison.Ordinal);

        var first = await server.DeleteAsync(Path);
        var left = server.Store.Scenarios.Count;
        server.Images.Refuses = _ => false;
        var second = await server.DeleteAsync(Path);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (first.StatusCode, left));
        Assert.Equal((HttpStatusCode.OK, 0), (second.StatusCode, server.Store.Scenarios.Count));
        Assert.Equal(2, (int?)(await second.JsonAsync())["images_removed"]);
        Assert.Contains("scenes/scene_g2.png", server.Images.Removed);
    }

    [Theory]
    [InlineData(TaskState.Pending, false, HttpStatusCode.Conflict)]
    [InlineData(TaskState.Running, false, HttpStatusCode.Conflict)]
    [InlineData(TaskState.Completed, false, HttpStatusCode.OK)]
    [InlineData(TaskState.Failed, false, HttpStatusCode.OK)]
    [InlineData(TaskState.Cancelled, false, HttpStatusCode.OK)]
    [InlineData(TaskState.Cancelled, true, HttpStatusCode.Conflict)]
    public async Task A_scenario_whose_task_works_on_it_is_not_deleted(TaskState state, bool isGenerating, HttpStatusCode expected)
    {
        server.Put("t1", state);
        Change(isGenerating ? WithSecondScene(SceneStatus.Generating) : stored);

        Assert.Equal(expected, (await server.DeleteAsync(Path)).StatusCode);
        Assert.Equal(expected == HttpStatusCode.Conflict ? 1 : 0, server.Store.Scenarios.Count);
    }

    [Fact]
    public async Task What_a_cancelled_task_left_generating_can_be_deleted_once_no_step_can_run_any_more()
    {
        server.Put("t1", TaskState.Cancelled);
        Change(WithSecondScene(SceneStatus.Generating));

        server.Time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.OK, (await server.DeleteAsync(Path)).StatusCode);
    }

    [Theory]
    [InlineData(SceneStatus.Pending, HttpStatusCode.Conflict)]
    [InlineData(SceneStatus.Skipped, HttpStatusCode.OK)]
    public async Task A_scenario_whose_image_is_made_anew_is_not_deleted(SceneStatus anew, HttpStatusCode expected)
    {
        server.Put("t9", TaskState.Running);
        var image = stored.Images[^1] with { Id = Guid.NewGuid(), TaskId = "t9", State = new SceneState { Status = anew } };
        Change(stored with { Images = [.. stored.Images, image] });

        Assert.Equal(expected, (await server.DeleteAsync(Path)).StatusCode);
    }

    [Fact]
    public async Task An_image_that_is_begun_while_nothing_is_deleted_yet_keeps_the_scenario_and_its_images()
    {
        Change(stored with { Images = [Made(stored.Images[0], "g1", "/s/scenes/scene_g1.png")] });
        server.Store.IsInProgress = true;

        var answer = await server.DeleteAsync(Path);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("urn:save-scenario:problem:scenario_in_use", (string?)(await answer.JsonAsync())["type"]);
        Assert.Empty(server.Images.Removed);
        Assert.Single(server.Store.Scenarios);
    }

    [Fact]
    public async Task What_an_ended_task_left_in_progress_is_deleted_and_so_is_an_image_that_was_made_meanwhile()
    {
        server.Put("t1", TaskState.Failed);
        Change(WithSecondScene(SceneStatus.Pending));
        server.Store.BeforeRemoval = () => Change(
            stored with { Images = [Made(stored.Images[0], "meanwhile", "/s/scenes/scene_meanwhile.png")] });

        var answer = await server.DeleteAsync(Path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([stored.Scenes[1].Id], server.Store.EndedBeforeRemoval);
        Assert.Contains("scenes/scene_meanwhile.png", server.Images.Removed);
    }

    [Theory]
    [InlineData(TaskState.Running, HttpStatusCode.Conflict)]
    [InlineData(TaskState.Pending, HttpStatusCode.Conflict)]
    [InlineData(TaskState.Failed, HttpStatusCode.OK)]
    public async Task The_task_of_a_scenario_of_0_1_0_is_found_by_its_id(TaskState state, HttpStatusCode expected)
    {
        server.Put("t-old", state);
        foreach (var number in Enumerable.Range(0, 100))
        {
            server.Put($"other-{number}", state); // a page, before it
        }

        var unfinished = WithSecondScene(SceneStatus.Pending);
        stored = unfinished with { Row = unfinished.Row with { Id = ScenarioIds.Scenario("t-old"), TaskId = null } };
        Change(stored);

        Assert.Equal(expected, (await server.DeleteAsync(Path)).StatusCode);
    }

    private static SceneImage Made(SceneImage image, string generation, string url) => image with
    {
        State = new SceneState { Status = SceneStatus.Completed, GenerationId = generation, ImageUrl = url },
    };

    private StoredScenario WithSecondScene(SceneStatus status) => stored with
    {
        Scenes = [stored.Scenes[0], stored.Scenes[1] with { State = new SceneState { Status = status } }],
        Images = [],
    };

    private void Change(StoredScenario scenario) => server.Store.Scenarios[0] = scenario;
}
