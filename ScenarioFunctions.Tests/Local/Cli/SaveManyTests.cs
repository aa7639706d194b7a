using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary><c>save</c> with several files and folders.</summary>
public sealed class SaveManyTests : CliTests
{
    [Fact]
    public async Task A_folder_stands_for_its_json_files_in_the_order_of_their_names()
    {
        Cli.WriteFile("film/b.json", """{"title":"B","scenes":[]}""");
        Cli.WriteFile("film/a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("film/notes.txt", "no scenario");
        Cli.WriteFile("c.json", """{"title":"C","scenes":[]}""");
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        Assert.Equal(0, await Cli.RunAsync("save", "film", "c.json"));

        Assert.Equal(["a", "b", "c"], Posts().Select(post => post.GetProperty("short_id").GetString()));
        Assert.Equal(3, Cli.Output.Split("Saved: ").Length - 1);
        Assert.Contains("%  b.json: ", Cli.Error, StringComparison.Ordinal);
        Assert.Single(Cli.Output.Split('\n'), line => line.StartsWith("Credits of local-user: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, JsonValueKind.Object, "c.json")]
    [InlineData(2, JsonValueKind.Array, "c.json", "c.json")]
    [InlineData(1, JsonValueKind.Array, "film")]
    public async Task Json_is_an_array_for_several_files_and_for_a_folder(int count, JsonValueKind kind, params string[] paths)
    {
        Cli.WriteFile("c.json", """{"title":"C","scenes":[]}""");
        Cli.WriteFile("film/a.json", """{"title":"A","scenes":[]}""");
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));

        Assert.Equal(0, await Cli.RunAsync(["save", .. paths, "--json"]));

        var printed = JsonDocument.Parse(Cli.Output).RootElement;
        Assert.Equal(kind, printed.ValueKind);
        Assert.Equal(count, kind == JsonValueKind.Array ? printed.GetArrayLength() : 1);
    }

    [Fact]
    public async Task What_is_wrong_with_any_file_is_told_of_each_before_anything_is_started()
    {
        Cli.WriteFile("good.json", """{"title":"G","scenes":[]}""");
        Cli.WriteFile("broken.json", "{");
        Directory.CreateDirectory(Path.Combine(Cli.Folder, "empty"));

        Assert.Equal(2, await Cli.RunAsync("save", "good.json", "broken.json", "empty", "none.json"));

        Assert.Contains("broken.json is not valid JSON at line 1", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("The folder empty has no file that ends in .json.", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("There is no file none.json.", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_scenario_that_the_service_refuses_is_told_by_its_file_before_another_is_started()
    {
        Cli.WriteFile("a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("b.json", """{"title":"B","scenes":[]}""");
        Cli.Server.Answer = request => request.Method == "POST" && Cli.Server.Requests.Last().Body.Contains("\"B\"", StringComparison.Ordinal)
            ? Results.ValidationProblem(new Dictionary<string, string[]> { ["$.scenario.scenes"] = ["must not be empty"] }, "They are listed under errors.", title: "The request is not valid")
            : null;

        Assert.Equal(2, await Cli.RunAsync("save", "a.json", "b.json"));

        Assert.Contains("b.json: The request is not valid:", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("  $.scenes: must not be empty", Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Server.Requests, request => request.Line == "POST /scenario/save" && request.Key.Length > 0);
    }

    [Fact]
    public async Task One_that_is_refused_after_all_does_not_stop_the_others_and_decides_the_exit_code()
    {
        Cli.WriteFile("a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("b.json", """{"title":"B","scenes":[]}""");
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
        Cli.Server.Answer = request =>
            request.Headers.ContainsKey("Idempotency-Key") && Cli.Server.Requests.Last().Body.Contains("\"A\"", StringComparison.Ordinal)
                ? Results.Problem("A user may have 1 open task.", statusCode: 429, title: "Too many open tasks", type: "urn:test")
                : null;

        Assert.Equal(2, await Cli.RunAsync("save", "a.json", "b.json"));

        Assert.Contains("a.json: A user may have 1 open task.", Cli.Error, StringComparison.Ordinal);
        Assert.Single(Posts(), post => post.GetProperty("short_id").GetString() == "b");
        Assert.Contains("Saved: ", Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_cancels_every_task_that_was_started()
    {
        Cli.WriteFile("a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("b.json", """{"title":"B","scenes":[]}""");
        Cli.Server.Script(TaskStates.Running(70, "Generating images"));
        Cli.Server.Cancelled.Enqueue(TaskStates.Task("cancelled", 70, "Cancelled"));
        Cli.Server.Answer = request =>
        {
            if (request.Headers.IfNoneMatch.Count > 0)
            {
                Cli.Interrupt();
            }

            return null;
        };

        Assert.Equal(130, await Cli.RunAsync("save", "a.json", "b.json"));

        Assert.Equal(2, Cli.Server.Requests.Count(request => request.Line.StartsWith("DELETE ", StringComparison.Ordinal)));
        Assert.Equal(2, Cli.Output.Split("Cancelled: ").Length - 1);
    }

    [Fact]
    public async Task One_short_id_for_several_scenarios_is_refused()
    {
        Cli.WriteFile("a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("b.json", """{"title":"B","scenes":[]}""");

        Assert.Equal(2, await Cli.RunAsync("save", "a.json", "b.json", "--short", "s"));

        Assert.Contains("--short names one scenario, and there are 2.", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_dry_run_tells_images_credits_and_what_is_left_out_and_starts_nothing()
    {
        Cli.Server.Plan = Plan(images: 1);

        Assert.Equal(0, await SaveAsync("--dry-run", "--user", "ann"));

        Assert.Contains("scenario.json: 1 image for 2 credits of ann, in about 3 s with gen4_image.", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("  scene 2: The prompt is cut.", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("  scene 3: no image, has no image_prompt", Cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("scene 1", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was saved or ordered.", Cli.Output, StringComparison.Ordinal);
        Assert.Equal("POST /scenario/save", Assert.Single(Cli.Server.Requests).Line);
        Assert.Empty(Cli.Server.Requests.Single().Key);
        Assert.Equal(ServerUse.Look, Cli.Use);
    }

    [Fact]
    public async Task A_dry_run_of_several_files_adds_up_what_one_user_would_need()
    {
        Cli.Server.Plan = Plan(images: 30);
        Cli.WriteFile("a.json", """{"title":"A","scenes":[]}""");
        Cli.WriteFile("b.json", """{"title":"B","scenes":[]}""");

        Assert.Equal(3, await Cli.RunAsync("save", "a.json", "b.json", "--user", "ann", "--dry-run", "--strict"));

        Assert.Contains("Too few credits: 120 are needed, and ann has 100.", Cli.Output, StringComparison.Ordinal);
        Assert.Contains(" credits ann --grant 20" + Environment.NewLine, Cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_with_json_is_printed_as_the_api_tells_it()
    {
        Cli.Server.Plan = Plan(images: 1);

        Assert.Equal(0, await SaveAsync("--dry-run", "--json"));

        Assert.Equal(2, JsonDocument.Parse(Cli.Output).RootElement.GetProperty("credits_needed").GetInt32());
    }

    private static object Plan(int images) => new
    {
        images,
        credits_needed = images * 2,
        credits_available = 100,
        image_service_credits = (int?)null,
        seconds = 3,
        model = "gen4_image",
        adjustments = Array.Empty<string>(),
        scenes = new object[]
        {
            Scene(1, false, "first_scene"), Scene(2, true, null, "The prompt is cut."), Scene(3, false, "no_image_prompt"),
        },
    };

    private static object Scene(int number, bool makesImage, string? reason, params string[] adjustments) => new
    {
        scene_number = number,
        makes_image = makesImage,
        reason,
        ratio = (string?)null,
        prompt_cut_at = (int?)null,
        reference_used = false,
        image_service_credits = (int?)null,
        adjustments,
    };

    /// <summary>What was posted to start tasks.</summary>
    private IEnumerable<JsonElement> Posts() => Cli.Server.Requests
        .Where(request => request.Line == "POST /scenario/save" && request.Key.Length > 0)
        .Select(request => JsonDocument.Parse(request.Body).RootElement);
}
