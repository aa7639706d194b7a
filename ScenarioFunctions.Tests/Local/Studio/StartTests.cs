using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed class StartTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task A_sample_becomes_pictures()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.Sample.ClickAsync();
        const int scenes = 5;
        await Expect(start.Outline).ToHaveCountAsync(scenes);
        await Expect(start.Cost).ToContainTextAsync($"{scenes - 1} pictures");
        await Expect(start.Cost).ToContainTextAsync($"up to {(scenes - 1) * 2} credits");
        await Expect(start.Cost).ToContainTextAsync("credits available");
        await Axe.AssertAccessibleAsync(page);

        await start.Start.ClickAsync();
        var task = new TaskPage(page);

        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(task.Outcome).ToContainTextAsync($"{(scenes - 1) * 2} credits charged.");
        await Expect(task.Cards).ToHaveCountAsync(scenes);
        for (var card = 1; card < scenes; card++)
        {
            await task.Cards.Nth(card).ScrollIntoViewIfNeededAsync();
        }

        await Expect(task.Pictures).ToHaveCountAsync(scenes - 1);
        await Expect(task.Live).ToContainTextAsync("Completed");
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task A_refused_scenario_shows_every_fault_beside_what_it_is_about()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.User.FillAsync("not a user!");
        await start.Scenario.FillAsync("""{"scenes": [{}, {"description": "A list for a prompt", "image_prompt": ["A phone"], "duration": "long"}, {"image_prompt": "Fine"}]}""");
        await start.Start.ClickAsync();

        await Expect(start.Refusal).ToContainTextAsync("Not started: 4 things to put right.");
        await Expect(page.Locator("#user-fault")).ToBeVisibleAsync();
        await Expect(start.Outline.First).ToContainTextAsync("title");
        await Expect(start.Outline.Nth(2)).ToContainTextAsync("image_prompt");
        await Expect(start.Outline.Nth(3).Locator(".fault")).ToHaveCountAsync(0);
        await start.Outline.Nth(2).GetByRole(AriaRole.Button, new() { Name = "duration" }).ClickAsync();
        Assert.Equal("\"long\"", await start.SelectionAsync());
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task A_scenario_as_a_language_model_wrote_it_is_shown_and_started_and_says_what_was_left_out()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.Scenario.FillAsync(
            "Here it is:\n```json\n{\"scenario\": {\"title\": \"Written\", \"scenes\": [{}, {\"image_prompt\": \"One\", \"duration\": \"5s\",},], // two\n}}\n```");
        await Expect(start.Outline).ToHaveCountAsync(2);
        await start.Start.ClickAsync();

        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Written");
        await Expect(page.GetByText("The JSON was taken out of a Markdown code block")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/video/")]
    [InlineData("/video/studio")]
    [InlineData("/video/studio/")]
    public async Task Behind_a_path_prefix_that_a_proxy_cuts_off_it_works_alike(string path)
    {
        await using var proxy = await PrefixProxy.StartAsync(Server.Address, "/video");
        var page = await OpenAsync(new Uri(proxy.Address, path).ToString());
        var start = new StartPage(page);
        await start.Sample.ClickAsync();
        await start.Start.ClickAsync();

        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Completed");
    }

    [Fact]
    public async Task A_double_click_starts_one_task()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        var keys = new List<string?>();
        page.Request += (_, request) =>
        {
            if (request.Method == "POST" && request.Url.EndsWith("/save", StringComparison.Ordinal))
            {
                keys.Add(request.Headers.GetValueOrDefault("idempotency-key"));
            }
        };
        var title = $"Double {Guid.NewGuid():N}";
        await start.Scenario.FillAsync($$"""{"title": "{{title}}", "scenes": [{}, {"image_prompt": "One"}]}""");
        await start.Start.DblClickAsync();
        await Expect(new TaskPage(page).Title).ToHaveTextAsync(title);

        Assert.Single(keys.Distinct());
        Assert.NotNull(keys[0]);
        await page.GotoAsync("/#/tasks");
        await Expect(new TaskListPage(page).Rows.Filter(new() { HasText = title })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Sending_again_after_a_lost_answer_is_the_same_request()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        var keys = new List<string>();
        await page.RouteAsync("**/scenario/save", async route =>
        {
            keys.Add(route.Request.Headers["idempotency-key"]);
            await (keys.Count == 1 ? route.AbortAsync() : route.ContinueAsync());
        });
        await start.Sample.ClickAsync();
        await start.Start.ClickAsync();
        await Expect(page.Locator("#refusal")).ToContainTextAsync("it will not start twice");
        await start.Start.ClickAsync();
        await Expect(new TaskPage(page).Cards.First).ToBeVisibleAsync();

        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task A_user_short_of_credits_is_told_before_the_start_and_after_it()
    {
        const int pictures = 51; // at 2 credits each, for a new user's 100
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.User.FillAsync($"user_{Guid.NewGuid():N}");
        await start.Scenario.FillAsync(JsonSerializer.Serialize(Scenario("Too dear", [.. Enumerable.Repeat("A lake", pictures + 1)])));
        await Expect(start.Cost).ToContainTextAsync("2 credits short");
        await start.SaveWithoutPictures.ClickAsync();

        var task = new TaskPage(page);
        await Expect(task.Status).ToHaveTextAsync("0 of 51 pictures");
        await Expect(task.Outcome).ToContainTextAsync("No picture made, 51 missing");
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("Add credits for this user");
        await Axe.AssertAccessibleAsync(page);
    }
}
