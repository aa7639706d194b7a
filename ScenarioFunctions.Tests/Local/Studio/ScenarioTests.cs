using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>What a task's page shows of its scenario to whoever opens it.</summary>
public sealed class ScenarioTests(StudioBrowser studio) : StudioTest(studio)
{
    private static readonly string LongPrompt = string.Concat(Enumerable.Repeat("A calm lake at dawn. ", 40)).TrimEnd();

    [Fact]
    public async Task A_task_that_another_browser_started_is_shown_whole()
    {
        var id = await Server.CompleteAsync(new
        {
            title = "Started elsewhere",
            description = "A day at the lake",
            resolution = "720:1280",
            scenes = new object[]
            {
                new { description = "The first", image_prompt = "One" },
                new { description = "The second", duration = 2.5, image_prompt = LongPrompt, product_reference_image_url = "https://images.example/product.png" },
            },
        });
        var page = await OpenAsync($"/#/tasks/{id}");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var task = new TaskPage(page);
        var card = task.Cards.Nth(1);
        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(page.GetByText("A day at the lake")).ToBeVisibleAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync(id);
        await Expect(card).ToContainTextAsync("2.5 s");
        await Expect(card).ToContainTextAsync("The second");
        await Expect(card.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", "https://images.example/product.png");
        await Expect(card.Locator(".picture.loaded")).ToBeVisibleAsync();
        var frame = (await card.Locator(".frame").BoundingBoxAsync())!;
        Assert.InRange(frame.Height / frame.Width, 1.7, 1.85);
        await Axe.AssertAccessibleAsync(page);

        var whole = card.GetByRole(AriaRole.Button, new() { Name = "Whole prompt" });
        var before = (await card.BoundingBoxAsync())!.Height;
        await whole.PressAsync("Enter");
        await Expect(whole).ToHaveAttributeAsync("aria-expanded", "true");
        Assert.True((await card.BoundingBoxAsync())!.Height > before);
        await card.GetByRole(AriaRole.Button, new() { Name = "Copy prompt" }).ClickAsync();
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        Assert.Equal(LongPrompt, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));

        await task.Again.ClickAsync();
        await Expect(new StartPage(page).Scenario).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("A calm lake at dawn"));
        await Expect(new StartPage(page).Outline).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Missing_pictures_are_told_in_the_status_the_bar_and_the_tab()
    {
        var id = await Server.CompleteAsync(Scenario("Gaps", "", "One", "emulator:reject two", "Three"));
        var page = await OpenAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);

        await Expect(task.Status).ToHaveTextAsync("2 of 3 pictures");
        await Expect(task.Status).ToHaveAttributeAsync("data-status", "partial");
        await Expect(task.Progress).ToHaveJSPropertyAsync("value", 2);
        await Expect(task.Progress).ToHaveJSPropertyAsync("max", 3);
        await Expect(page).ToHaveTitleAsync("✓ 2/3 · Gaps · Scenario Studio");
    }

    [Fact]
    public async Task The_first_scene_shows_its_own_picture_or_a_small_tile()
    {
        var without = await Server.CompleteAsync(Scenario("Without", "A prompt", "Another"));
        var page = await OpenAsync($"/#/tasks/{without}");
        var first = new TaskPage(page).Cards.First;
        await Expect(new TaskPage(page).Pictures).ToHaveCountAsync(1);
        await Expect(first).ToContainTextAsync("No picture is made for the first scene");
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Completed");
        var tile = (await first.Locator(".frame").BoundingBoxAsync())!;
        Assert.InRange(tile.Height, 24, 120);

        var picture = await new TaskPage(page).Cards.Nth(1).Locator(".frame img").GetAttributeAsync("src");
        var with = await Server.CompleteAsync(new { title = "With", scenes = new[] { new { description = "One", generated_image_url = picture } } });
        await page.GotoAsync($"/#/tasks/{with}");
        await Expect(new TaskPage(page).Title).ToHaveTextAsync("With");
        await Expect(first.Locator(".picture.loaded")).ToBeVisibleAsync();
        await Expect(first).ToContainTextAsync("This is its own picture");
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task A_link_with_a_broken_escape_leads_to_no_task()
    {
        var page = await OpenAsync("/#/tasks/%zz");

        await Expect(new TaskPage(page).Title).ToHaveTextAsync("There is no such task");
    }

    [Fact]
    public async Task A_task_that_is_opened_while_the_server_is_down_is_shown_once_it_is_back()
    {
        await using var server = await StudioProcess.StartAsync();
        var id = await server.CompleteAsync(Scenario("Late", "", "One"));
        var page = await OpenAsync("/#/tasks", server: server);
        var row = new TaskListPage(page).RowOf(id);
        await Expect(row).ToBeVisibleAsync();
        await server.KillAsync();
        await row.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(new TaskPage(page).Banner).ToContainTextAsync("does not answer");
        await Axe.AssertAccessibleAsync(page);
        await server.StartAgainAsync();

        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Completed");
        await Expect(new TaskPage(page).Banner).ToBeHiddenAsync();
        await Expect(new TaskPage(page).Pictures).ToHaveCountAsync(1);
    }
}
