using System.Net;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class StartImagesTests
{
    private const string Missing = """{"scenes":"missing"}""";

    [Fact]
    public async Task Missing_starts_a_task_for_the_scenes_without_an_image_with_what_was_asked_for_last()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1", new JsonObject { ["resolution"] = "16:9" });

        var answer = await server.PostAsync(Missing, path: Images(stored));

        var body = await answer.JsonAsync();
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(("GENERATE_IMAGES", "The images are accepted. Follow them at status_url."), ((string?)body["task_type"], (string?)body["message"]));
        Assert.Equal([3], body["scenes"]!.AsArray().Select(scene => (int)scene!["scene_number"]!));
        Assert.Equal($"{stored.Row.Id}", (string?)body["scenario_id"]);
        var taskId = (string)body["task_id"]!;
        var input = server.Engine.Started[taskId];
        Assert.Equal((stored.Row.Id, "user_1", "short_1", "Grüße 🌍"), (input.ScenarioId, input.UserId, input.ShortId, input.Scenario.Details.Title));
        Assert.Null(input.HasLook);
        Assert.Equal([(3, "16:9")], input.Scenario.Scenes.Select(scene => (scene.SceneNumber, scene.Resolution)));
        Assert.Equal(
            [new NewImage(ScenarioIds.Scene(taskId, 3), ScenarioIds.Scenario(taskId), taskId, stored.Scenes[2].Id, "a pot", null, null, null)],
            server.Store.Begun);
        var task = await (await server.GetAsync($"/scenario/save/tasks/{taskId}")).JsonAsync();
        Assert.Equal(("GENERATE_IMAGES", "pending"), ((string?)task["task_type"], (string?)task["status"]));
    }

    [Fact]
    public async Task Chosen_scenes_are_made_with_what_is_asked_for_and_else_as_the_image_that_is_shown()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1", new JsonObject { ["scene_fields"] = new JsonObject { ["2"] = new JsonObject { ["aspect_ratio"] = "1:1" } } });

        var answer = await server.PostAsync(
            """
            {"scenes":[{"scene_number":2,"seed":4294967295},
             {"scene_number":1,"image_prompt":"A hat","product_reference_image_url":"https://x.test/h.png","model":"muse_image","ratio":"9:16","seed":0}]}
            """,
            path: Images(stored));

        var taskId = (string)(await answer.JsonAsync())["task_id"]!;
        Assert.Equal(
            [("A hat", "https://x.test/h.png", "muse_image", 0L), ("a cup", "https://x.test/p.png", null, 4_294_967_295L)],
            server.Store.Begun.Select(image => (image.Prompt, image.ProductReferenceImageUrl, image.Model, image.Seed ?? -1)));
        Assert.Equal(
            [(1, "9:16"), (2, "1:1")], server.Engine.Started[taskId].Scenario.Scenes.Select(scene => (scene.SceneNumber, scene.Resolution)));
    }

    [Fact]
    public async Task A_task_is_told_that_its_scenario_says_what_all_images_have_in_common()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1", new JsonObject { ["seed"] = 7 });

        await server.PostAsync(Missing, path: Images(stored));
        await server.PostAsync(Posts.Save("""{"title":"T","seed":7,"scenes":[{"image_prompt":"p"}]}"""));
        await server.PostAsync(Posts.Save());

        Assert.Equal([true, true, null], server.Engine.Started.Values.OrderBy(input => input.HasLook is null).Select(input => input.HasLook));
    }

    [Theory]
    [InlineData("""{}""", "$.scenes")]
    [InlineData("""{"scenes":"all"}""", "$.scenes")]
    [InlineData("""{"scenes":[]}""", "$.scenes")]
    [InlineData("""{"scenes":[{"scene_number":1}]}""", "$.scenes[0].image_prompt")]
    [InlineData("""{"scenes":[{"scene_number":9}, {}, {"scene_number":2}, {"scene_number":2}]}""", "$.scenes[0].scene_number|$.scenes[1].scene_number|$.scenes[3].scene_number")]
    [InlineData("""{"scenes":[{"scene_number":2,"seed":-1,"model":"dall-e","ratio":"huge","image_prompt":" "}]}""",
        "$.scenes[0].image_prompt|$.scenes[0].model|$.scenes[0].ratio|$.scenes[0].seed")]
    public async Task Every_fault_is_told_at_once_and_nothing_is_begun(string body, string paths)
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");

        var answer = await server.PostAsync(body, path: Images(stored));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(paths.Split('|'), (await answer.ErrorsAsync()).Keys.Order());
        Assert.Empty(server.Store.Begun);
    }

    [Fact]
    public async Task The_same_key_leads_to_the_same_task_also_when_nothing_is_missing_any_more()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");

        var first = await (await server.PostAsync(Missing, "key", Images(stored))).JsonAsync();
        server.Store.Scenarios[0] = stored with { Scenes = [.. stored.Scenes.Take(2)] };
        var again = await server.PostAsync(Missing, "key", Images(stored));
        var nothing = await server.PostAsync(Missing, "another", Images(stored));

        Assert.Equal((HttpStatusCode.Accepted, (string?)first["task_id"]), (again.StatusCode, (string?)(await again.JsonAsync())["task_id"]));
        Assert.Equal(HttpStatusCode.OK, nothing.StatusCode);
        Assert.Single(server.Engine.Started);
        Assert.Single(server.Store.Begun);
    }

    [Theory]
    [InlineData(TaskState.Running, false)]
    [InlineData(TaskState.Pending, false)]
    [InlineData(TaskState.Failed, true)]
    [InlineData(null, false)]
    public async Task A_scene_whose_image_another_task_makes_is_refused_with_its_id_unless_that_has_ended(TaskState? state, bool isFree)
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        server.Store.ImagesUnderWay.Enqueue("other");
        if (state is { } one)
        {
            server.Put("other", one);
        }

        var answer = await server.PostAsync(Missing, path: Images(stored));

        var body = await answer.JsonAsync();
        Assert.Equal(isFree ? HttpStatusCode.Accepted : HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(isFree ? null : "other", isFree ? null : (string?)body["task_id"]);
        Assert.Equal(isFree ? [ScenarioIds.Scenario("other")] : [], server.Store.Ended.Select(end => end.ScenarioId));
    }

    [Fact]
    public async Task No_image_is_begun_of_a_scenario_that_is_being_deleted()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        server.Store.ImagesUnderWay.Enqueue(IScenarioStore.Removed);

        var answer = await server.PostAsync(Missing, path: Images(stored));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("urn:save-scenario:problem:scenario_deleted", (string?)(await answer.JsonAsync())["type"]);
        Assert.Empty(server.Engine.Started);
    }

    [Fact]
    public async Task Scenes_that_were_claimed_for_a_task_that_never_started_are_free_after_a_minute()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        var claimed = stored.Images[0] with { TaskId = "never", CreatedAt = server.Time.GetUtcNow() };
        server.Store.Scenarios[0] = stored with { Images = [.. stored.Images, claimed] };
        server.Store.ImagesUnderWay.Enqueue("never");
        server.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HttpStatusCode.Conflict, (await server.PostAsync(Missing, path: Images(stored))).StatusCode);

        server.Store.ImagesUnderWay.Enqueue("never");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync(Missing, path: Images(stored))).StatusCode);
    }

    [Theory]
    [InlineData(TaskState.Running, SceneStatus.Pending, false)]
    [InlineData(TaskState.Cancelled, SceneStatus.Generating, false)]
    [InlineData(TaskState.Cancelled, SceneStatus.Pending, true)]
    [InlineData(TaskState.Failed, SceneStatus.Generating, true)]
    public async Task A_scene_that_its_scenarios_own_task_is_making_is_refused_unless_that_has_ended(
        TaskState state, SceneStatus scene, bool isFree)
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        var rows = stored.Scenes.ToArray();
        rows[2] = rows[2] with { State = new SceneState { Status = scene, GenerationId = "g3" } };
        server.Store.Scenarios[0] = stored with { Scenes = rows, Images = [] };
        server.Put("t1", state);

        var answer = await server.PostAsync(Missing, path: Images(stored));

        Assert.Equal(isFree ? HttpStatusCode.Accepted : HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(isFree && scene == SceneStatus.Generating ? [rows[2].Id] : [], server.Store.Updated.Select(update => update.SceneId));
    }

    /// <summary>Its resume charges it; once the task is forgotten, nobody does, and the scene was refused for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_that_was_stored_and_not_charged_keeps_its_scene_until_its_failed_task_is_forgotten(bool isForgotten)
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        var rows = stored.Scenes.ToArray();
        rows[2] = rows[2] with
        {
            State = new SceneState { Status = SceneStatus.Generating, GenerationId = "g3", ImageUrl = "/images/scenes/scene_g3.png" },
        };
        server.Store.Scenarios[0] = stored with { Scenes = rows, Images = [] };
        if (!isForgotten)
        {
            server.Put("t1", TaskState.Failed);
        }

        var answer = await server.PostAsync("""{"scenes":[{"scene_number":3}]}""", path: Images(stored));

        Assert.Equal(isForgotten ? HttpStatusCode.Accepted : HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(isForgotten ? ["scenes/scene_g3.png"] : [], server.Images.Removed);
        Assert.Equal(
            isForgotten ? [(rows[2].Id, SceneStatus.Skipped, null)] : [],
            server.Store.Updated.Select(update => (update.SceneId, update.State.Status, update.State.ImageUrl)));
    }

    [Theory]
    [InlineData(TaskState.Running)]
    [InlineData(TaskState.Pending)]
    public async Task The_task_of_a_scenario_of_0_1_0_is_found_among_many(TaskState state)
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1", id: ScenarioIds.Scenario("t-old"));
        var rows = stored.Scenes.ToArray();
        rows[2] = rows[2] with { State = new SceneState { Status = SceneStatus.Pending } };
        server.Store.Scenarios[0] = stored with { Row = stored.Row with { TaskId = null }, Scenes = rows, Images = [] };
        foreach (var task in Enumerable.Range(0, 100).Select(number => $"other-{number}").Append("t-old"))
        {
            server.Put(task, state);
        }

        var answer = await server.PostAsync(Missing, path: Images(stored));

        Assert.Equal((HttpStatusCode.Conflict, "t-old"), (answer.StatusCode, (string?)(await answer.JsonAsync())["task_id"]));
    }

    /// <summary>It may start the task after all, and would then find its scenes cancelled.</summary>
    [Fact]
    public async Task An_engine_that_does_not_answer_keeps_the_scenes_claimed()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        server.Engine.Failure = new EngineUnavailableException("stopping");

        var answer = await server.PostAsync(Missing, path: Images(stored));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(server.Store.Begun);
        Assert.Empty(server.Store.Ended);
    }

    /// <summary>Another request with the same key may be about to start the task, which has the same scenes.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData("key", false)]
    public async Task Scenes_of_a_user_with_too_many_tasks_are_given_back_unless_another_request_may_have_them(string? key, bool isGivenBack)
    {
        await using var server = await ApiServer.StartAsync(new() { MaxOpenTasksPerUser = 1 });
        var stored = server.PutScenario("user_1");
        server.Put("open", TaskState.Running);

        var answer = await server.PostAsync(Missing, key, Images(stored));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(isGivenBack ? [server.Store.Begun[0].RunId] : [], server.Store.Ended.Select(end => end.ScenarioId));
    }

    [Fact]
    public async Task A_key_whose_task_is_forgotten_starts_a_new_one_when_its_ids_were_used()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        var former = ScenarioIds.TaskForKey("user_1", "key");
        server.Store.Used.Add(ScenarioIds.Scenario(former));

        var redone = (string?)(await (await server.PostAsync(Missing, "key", Images(stored))).JsonAsync())["task_id"];
        var saved = (string?)(await (await server.PostAsync(Posts.Save(), "key2")).JsonAsync())["task_id"];
        server.Store.Used.Add(ScenarioIds.Scenario(saved!));
        server.Time.Advance(TimeSpan.FromDays(31));
        server.Engine.Change(saved!, task => task with { State = TaskState.Completed });
        await server.Engine.ForgetAsync(server.Time.GetUtcNow(), TestContext.Current.CancellationToken);
        var again = (string?)(await (await server.PostAsync(Posts.Save(), "key2")).JsonAsync())["task_id"];

        Assert.NotEqual(former, redone);
        Assert.Equal(ScenarioIds.TaskForKey("user_1", "key 1"), redone);
        Assert.Equal(ScenarioIds.TaskForKey("user_1", "key2 1"), again);
    }

    [Fact]
    public async Task A_version_that_was_made_is_shown_and_any_other_is_refused()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        var path = $"/scenarios/{stored.Row.Id}/scenes";

        var shown = await server.PutAsync("""{"version":2}""", $"{path}/2/image");
        var unmade = await server.PutAsync("""{"version":1}""", $"{path}/3/image");
        var wrong = await server.PutAsync("""{"version":"2"}""", $"{path}/2/image");
        var noScene = await server.PutAsync("""{"version":2}""", $"{path}/4/image");

        Assert.Equal((HttpStatusCode.OK, 2), (shown.StatusCode, (int?)(await shown.JsonAsync())["scene_number"]));
        Assert.Equal([(stored.Scenes[1].Id, 2)], server.Store.Shown);
        Assert.Equal(
            [HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.NotFound],
            [unmade.StatusCode, wrong.StatusCode, noScene.StatusCode]);
        Assert.Equal(["$.version"], (await unmade.ErrorsAsync()).Keys);
    }

    private static string Images(StoredScenario stored) => $"/scenarios/{stored.Row.Id}/images";
}
