using System.Text;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class SaveBadInputTests : CliTests
{
    [Fact]
    public async Task Every_fault_is_told_by_its_path_in_the_file_or_by_the_option()
    {
        Reject(new()
        {
            ["$.scenario"] = ["must be shorter"],
            ["$.scenario.scenes[3].image_prompt"] = ["must be a string", "must not be empty"],
            ["$.user_id"] = ["must be letters"],
            ["$.short_id"] = ["must be short"],
        });

        Assert.Equal(2, await SaveAsync("--user", "a b"));

        Assert.Equal(
            """
            The request is not valid:
              $: must be shorter
              $.scenes[3].image_prompt: must be a string
              $.scenes[3].image_prompt: must not be empty
              --user: must be letters
              --short: must be short

            """,
            Cli.Error.ReplaceLineEndings("\n"));
        Assert.Empty(Cli.Output);
    }

    [Fact]
    public async Task Faults_of_a_whole_request_keep_their_paths()
    {
        Reject(new() { ["$.scenario.title"] = ["is required"], ["$.user_id"] = ["must be letters"] });
        Cli.Input = """{"user_id":"a b","scenario":{}}""";

        Assert.Equal(2, await Cli.RunAsync("save", "-"));

        Assert.Contains("  $.scenario.title: is required", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("  $.user_id: must be letters", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_that_no_url_could_name_is_not_asked_for_credits_and_the_answer_says_why()
    {
        Reject(new() { ["$.user_id"] = ["must be letters"] });

        Assert.Equal(2, await SaveAsync("--user", ".."));

        Assert.Contains("  --user: must be letters", Cli.Error, StringComparison.Ordinal);
        Assert.Equal("POST /scenario/save", Assert.Single(Cli.Server.Requests).Line);
    }

    [Fact]
    public async Task A_file_that_is_not_there_exits_2_and_names_one_to_try()
    {
        Assert.Equal(2, await Cli.RunAsync("save", "nope/none.json"));

        Assert.Contains("There is no file nope/none.json", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("samples/", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_folder_without_scenarios_is_told()
    {
        Cli.WriteFile("notes.txt", "");

        Assert.Equal(2, await Cli.RunAsync("save", "."));
        Assert.Contains("The folder . has no file that ends in .json.", Cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAAAE=")] // a PNG
    [InlineData("dGV4dAB0ZXh0")] // text with a zero byte
    public async Task A_binary_is_told_from_text(string base64)
    {
        File.WriteAllBytes(Path.Combine(Cli.Folder, "picture.json"), Convert.FromBase64String(base64));

        Assert.Equal(2, await Cli.RunAsync("save", "picture.json"));
        Assert.Contains("picture.json is not text: it may be an image", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_file_is_told_with_its_size()
    {
        await using (var file = File.Create(Path.Combine(Cli.Folder, "huge.json")))
        {
            file.SetLength(5 * 1024 * 1024);
        }

        Assert.Equal(2, await Cli.RunAsync("save", "huge.json"));
        Assert.Contains("huge.json is larger than 1 MiB (5.0 MiB), the most that the API accepts.", Cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Here:\n```yaml\ntitle: T\n```\n")]
    [InlineData("```json\n```\n")]
    [InlineData("```json\n{\"title\": \"T\",\n```\n")]
    public async Task A_code_block_without_a_scenario_is_told_by_its_place(string text)
    {
        Assert.Equal(2, await Cli.RunAsync("save", Cli.WriteFile("answer.md", text)));
        Assert.Contains("answer.md is not valid JSON at line ", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_json_is_told_by_line_and_column()
    {
        Assert.Equal(2, await Cli.RunAsync("save", Cli.WriteFile("broken.json", "{\n  \"title\": oops\n}")));

        Assert.Contains("broken.json is not valid JSON at line 2, column 12: 'oops' is not a JSON value", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_in_another_encoding_is_told()
    {
        File.WriteAllBytes(Path.Combine(Cli.Folder, "latin.json"), Encoding.Latin1.GetBytes("""{"title":"Été"}"""));

        Assert.Equal(2, await Cli.RunAsync("save", "latin.json"));
        Assert.Contains("not text in UTF-8", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_over_1_MiB_is_refused_before_anything_is_started()
    {
        Cli.Input = new string(' ', (1024 * 1024) + 1);

        Assert.Equal(2, await Cli.RunAsync("save", "-"));
        Assert.Contains("Standard input is larger than 1 MiB", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_server_that_refuses_the_key_leads_to_the_setting()
    {
        Cli.Server.Answer = _ => Results.Problem("Send the header.", statusCode: 401, title: "The key is wrong");

        Assert.Equal(1, await SaveAsync());
        Assert.Contains("The key is wrong.", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("set API_KEY", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_takes_no_work_now_exits_1()
    {
        Cli.Patience = Cli.Patience with { Server = TimeSpan.FromMilliseconds(20) };
        Cli.Server.Answer = request =>
            request.Method == "POST" ? Results.Problem("The engine is stopping.", statusCode: 503) : null;

        Assert.Equal(1, await SaveAsync());
        Assert.Contains("The engine is stopping.", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("Try again", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_json_exits_1()
    {
        Cli.Server.Answer = _ => Results.Text("<html>", "text/html");

        Assert.Equal(1, await SaveAsync());
        Assert.Contains("cannot be read", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_gone_exits_1_and_is_named()
    {
        Cli.Patience = Cli.Patience with { Server = TimeSpan.FromMilliseconds(20) };
        var address = Cli.Server.Address;
        await Cli.Server.DisposeAsync();
        Cli.Connect = _ => Task.FromResult<IScenarioServer>(new GoneServer(address));

        Assert.Equal(1, await SaveAsync());
        Assert.Contains($"The server at {address} does not answer", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_is_replaced_by_the_next_one_which_goes_on_with_the_task()
    {
        await using var next = await ScriptedScenarioServer.StartAsync();
        next.Script(TaskStates.Completed(TaskStates.FirstScene));
        var connections = 0;
        Cli.Connect = _ => Task.FromResult<IScenarioServer>(connections++ == 0 ? Cli.Server : next);
        Cli.Server.Script(TaskStates.Running(65, "Generating images"));
        Cli.Server.Answer = request =>
        {
            if (request.Method == "GET" && request.Headers.IfNoneMatch.Count > 0)
            {
                request.HttpContext.Abort();
            }

            return null;
        };

        Assert.Equal(0, await SaveAsync());

        Assert.True(Cli.Server.IsDisposed);
        Assert.Contains(next.Requests, request => request.Line == "GET /scenario/save/tasks/task-1");
    }

    [Fact]
    public async Task A_server_that_goes_away_as_the_task_is_posted_is_replaced_by_one_that_gets_the_same_post()
    {
        await using var next = await ScriptedScenarioServer.StartAsync();
        next.Script(TaskStates.Completed(TaskStates.FirstScene));
        var connections = 0;
        Cli.Connect = _ => Task.FromResult<IScenarioServer>(connections++ == 0 ? Cli.Server : next);
        Cli.Server.Answer = request =>
        {
            if (request.Method == "POST")
            {
                request.HttpContext.Abort();
            }

            return null;
        };

        Assert.Equal(0, await SaveAsync());

        var posts = Cli.Server.Requests.Concat(next.Requests).Where(request => request.Line == "POST /scenario/save").ToList();
        Assert.Equal(2, posts.Count);
        Assert.NotEmpty(posts[0].Key);
        Assert.Equal(posts[0], posts[1]);
    }

    [Fact]
    public async Task A_server_that_stays_away_exits_1_and_the_task_is_named()
    {
        Cli.Patience = Cli.Patience with { Server = TimeSpan.FromMilliseconds(20) };
        Cli.Server.Script(TaskStates.Running(65, "Generating images"));
        Cli.Server.Answer = request => request.Method == "GET" && request.Path.StartsWithSegments("/scenario")
            ? Results.Problem("Down.", statusCode: 503)
            : null;

        Assert.Equal(1, await SaveAsync());
        Assert.Contains("task-1", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_exit_1_with_each_of_them()
    {
        Cli.Connect = _ => throw new SettingsException(["IMAGE_CREDITS must be a whole number", "API_KEY is odd"]);

        Assert.Equal(1, await SaveAsync());
        Assert.Contains("IMAGE_CREDITS must be a whole number", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("API_KEY is odd", Cli.Error, StringComparison.Ordinal);
    }

    private void Reject(Dictionary<string, string[]> errors) => Cli.Server.Answer = request =>
        request.Method == "POST" ? Results.ValidationProblem(errors, "They are listed under errors.", title: "The request is not valid") : null;

    private sealed class GoneServer(Uri address) : IScenarioServer
    {
        public Uri Address => address;

        public Uri PublicAddress => address;

        public bool IsForCommand => false;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
