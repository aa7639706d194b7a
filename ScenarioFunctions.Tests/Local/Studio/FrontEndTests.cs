using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>The code of <c>docs/front-end.md</c>: as it is shown, compiled, and run from another origin than the service's.</summary>
public sealed class FrontEndTests(StudioBrowser studio) : StudioTest(studio)
{
    private const string Key = "a-key-that-no-browser-gets-to-see";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("route.ts")]
    [InlineData("use-scenario-task.ts")]
    public async Task The_page_shows_the_files(string file)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "front-end.md"), Stop);

        Assert.Contains(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "eng", "front-end", file), Stop), page);
    }

    [Fact]
    public async Task They_compile_and_follow_a_task_from_another_origin_without_a_key()
    {
        using var output = new TemporaryFolder();
        var folder = await NpmFolder.InstalledAsync("front-end");
        await RunAsync(folder, "npm", "run", "types");
        await RunAsync(folder, "npm", "run", "check");
        await RunAsync(folder, "npx", "esbuild", "page.tsx", "--bundle", $"--outfile={output.File("page.js")}");
        await RunAsync(folder, "npx", "esbuild", "route.ts", "--format=esm", $"--outfile={output.File("route.mjs")}");
        await using var frontEnd = await ServeAsync(output.File("page.js"));
        var origin = frontEnd.Urls.Single();
        await using var server = await StudioProcess.StartAsync(("CORS_ORIGINS", origin), ("API_KEY", Key));

        var scenario = Scenario("Followed", "One", "Two", "Three");
        var (status, task) = await PostAsync(folder, output.File("route.mjs"), server, scenario, "user_1");
        var (_, again) = await PostAsync(folder, output.File("route.mjs"), server, scenario, "user_1");
        Assert.Equal((202, "user_1"), (status, (string?)task!["user_id"]));
        Assert.Equal((string?)task["task_id"], (string?)again!["task_id"]); // the route passes the Idempotency-Key on
        Assert.Equal((401, null), await PostAsync(folder, output.File("route.mjs"), server, scenario, user: null));

        var page = await OpenAsync($"{origin}/?follow={Uri.EscapeDataString((string)task["follow_url"]!)}");

        await Expect(page.Locator("output")).ToHaveTextAsync("completed");
        await Expect(page.Locator("img")).ToHaveCountAsync(2);
    }

    /// <summary>Starts a task through the route handler, in Node.js.</summary>
    private static async Task<(int Status, JsonNode? Task)> PostAsync(
        string folder, string route, StudioProcess server, object scenario, string? user)
    {
        var body = JsonSerializer.Serialize(new { short_id = "short_1", user_id = "somebody else", scenario });
        var start = new ProcessStartInfo("node", ["run-route.mjs", route, body, .. user is null ? Array.Empty<string>() : [user]])
        {
            WorkingDirectory = folder,
            Environment =
            {
                ["SCENARIO_SERVICE_URL"] = server.Address.AbsoluteUri.TrimEnd('/'),
                ["SCENARIO_API_KEY"] = Key,
            },
        };
        var answer = JsonNode.Parse(await RunAsync(start))!;
        var text = (string)answer["body"]!;
        return ((int)answer["status"]!, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private static async Task<WebApplication> ServeAsync(string script)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.MapGet("/", () => Results.Text("<!doctype html><title>Front end</title><body><script src=page.js></script>", "text/html"));
        app.MapGet("/page.js", () => Results.File(script, "text/javascript"));
        await app.StartAsync(Stop);
        return app;
    }

    private static Task<string> RunAsync(string folder, string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder });

    /// <returns>What it printed.</returns>
    private static async Task<string> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, string.Concat(said));
        return said[0];
    }
}
