using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
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
        await using var frontEnd = await ServeAsync(output.File("page.js"));
        var origin = frontEnd.Urls.Single();
        await using var server = await StudioProcess.StartAsync(("CORS_ORIGINS", origin), ("API_KEY", Key));

        var followUrl = await PostAsync(server, Scenario("Followed", "One", "Two", "Three"));
        var page = await OpenAsync($"{origin}/?follow={Uri.EscapeDataString(followUrl)}");

        await Expect(page.Locator("output")).ToHaveTextAsync("completed");
        await Expect(page.Locator("img")).ToHaveCountAsync(2);
    }

    private static async Task<string> PostAsync(StudioProcess server, object scenario)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var response = await client.PostAsJsonAsync("/scenario/save", new { short_id = "short_1", user_id = "user_1", scenario }, Stop);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("follow_url").GetString()!;
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

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, string.Concat(said));
    }
}
