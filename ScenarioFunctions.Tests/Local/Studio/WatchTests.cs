using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed class WatchTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task A_rejected_and_a_failed_scene_say_why_and_what_to_do()
    {
        var id = await Server.CompleteAsync(Scenario("Mixed", "", "emulator:reject", "emulator:fail", "A calm lake"));
        var page = await OpenAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);

        await Expect(task.Status).ToHaveTextAsync("1 of 3 pictures");
        await Expect(task.Outcome).ToHaveTextAsync("1 picture made, 2 missing: each scene says why. 2 credits charged.");
        await Expect(task.Cards.Nth(0)).ToContainTextAsync("No picture is made for the first scene");
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("Reword the prompt");
        await Expect(task.Cards.Nth(2)).ToContainTextAsync("a second try often works");
        await Expect(task.Cards.Nth(3).Locator(".picture.loaded")).ToBeVisibleAsync();
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Each_card_says_what_its_picture_waits_for()
    {
        await using var server = await StudioProcess.StartAsync([("EMULATOR_CONCURRENCY", "1"), ("EMULATOR_LATENCY_SECONDS", "3000")]);
        var id = await server.SaveAsync(Scenario("Slow", "", "One", "Two", "Three", "Four"));
        var page = await OpenAsync($"/#/tasks/{id}", server: server);

        foreach (var text in new[] { @"Being made · \d+ % · ", "RunwayML makes others first · ", "Place 1 in the queue · ", "Place 2 in the queue · " })
        {
            await Expect(page.Locator(".making").Filter(new() { HasTextRegex = new Regex(text) })).ToHaveCountAsync(1);
        }

        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Cards_keep_their_place_while_pictures_land()
    {
        await using var runway = await HeldRunway.StartAsync();
        await using var server = await StudioProcess.StartAsync(runway.Settings);
        var id = await server.SaveAsync(Scenario("Steady", "", "One", "Two"));
        var page = await OpenAsync($"/#/tasks/{id}", server: server);
        var task = new TaskPage(page);
        await Expect(task.Pictures).ToHaveCountAsync(1);
        await Expect(task.Status).ToHaveTextAsync("Running");
        await Axe.AssertAccessibleAsync(page);
        var before = await FramesAsync();
        runway.Release();
        await Expect(task.Pictures).ToHaveCountAsync(2);

        Assert.Equal(before, await FramesAsync());

        async Task<IEnumerable<(float Width, float Height)>> FramesAsync()
        {
            var boxes = await Task.WhenAll((await task.Cards.Locator(".frame").AllAsync()).Select(frame => frame.BoundingBoxAsync()));
            return boxes.Select(box => (box!.Width, box.Height));
        }
    }

    [Fact]
    public async Task A_look_touches_only_the_scene_that_has_changed()
    {
        await using var runway = await HeldRunway.StartAsync();
        await using var server = await StudioProcess.StartAsync(runway.Settings);
        var id = await server.SaveAsync(Scenario("Quiet", "", "One", "Two"));
        var page = await OpenAsync($"/#/tasks/{id}", server: server);
        var task = new TaskPage(page);
        await Expect(task.Pictures).ToHaveCountAsync(1);
        await Expect(page.GetByText("Try again (2 credits)")).ToHaveCountAsync(1);
        await page.EvaluateAsync(
            """
            () => {
              window.touched = new Set();
              const note = (records) => records.forEach(({ target }) => touched.add(target.closest('.card, .strip i')));
              for (const part of document.querySelectorAll('.cards, .strip')) {
                new MutationObserver(note).observe(part, { subtree: true, childList: true, attributes: true });
              }
            }
            """);
        runway.Release();
        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(task.Pictures).ToHaveCountAsync(2);
        var untouched = await page.EvaluateAsync<int[]>(
            "['.card', '.strip i'].map(kind => [...document.querySelectorAll(kind)].filter(part => !touched.has(part)).length)");

        // Which of the two pictures was held depends on which was asked for first.
        Assert.Equal([2, 2], untouched);
    }

    [Fact]
    public async Task A_reload_in_the_middle_goes_on_where_it_was()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.Scenario.FillAsync("""{"title": "Reloaded", "scenes": [{}, {"image_prompt": "emulator:slow=1 a lake"}]}""");
        await start.Start.ClickAsync();
        var task = new TaskPage(page);
        await Expect(task.Title).ToHaveTextAsync("Reloaded");
        await page.ReloadAsync();

        await Expect(task.Title).ToHaveTextAsync("Reloaded");
        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("a lake");
        await task.Again.ClickAsync();
        await Expect(start.Scenario).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("a lake"));
    }

    [Fact]
    public async Task Two_tabs_show_the_same_task()
    {
        var id = await Server.SaveAsync(Scenario("Shared", "", "emulator:slow=1 a lake"));
        var first = await OpenAsync($"/#/tasks/{id}");
        var second = await OpenTabAsync($"/#/tasks/{id}", first.Context);

        await Expect(new TaskPage(second).Status).ToHaveTextAsync("Completed");
        await first.BringToFrontAsync();
        await Expect(new TaskPage(first).Status).ToHaveTextAsync("Completed");
    }

    [Fact]
    public async Task A_killed_server_shows_a_banner_until_it_is_back_and_the_task_goes_on()
    {
        await using var runway = await HeldRunway.StartAsync();
        await using var server = await StudioProcess.StartAsync(runway.Settings);
        var id = await server.SaveAsync(Scenario("Survivor", "", "One", "Two"));
        var page = await OpenAsync($"/#/tasks/{id}", server: server);
        var task = new TaskPage(page);
        await Expect(task.Pictures).ToHaveCountAsync(1);
        await server.KillAsync();
        await Expect(task.Banner).ToContainTextAsync("does not answer");
        await Expect(task.Cards).ToHaveCountAsync(3);
        await Axe.AssertAccessibleAsync(page);
        await server.StartAgainAsync();
        runway.Release();

        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(task.Banner).ToBeHiddenAsync();
        await Expect(task.Pictures).ToHaveCountAsync(2);
        await Expect(task.Outcome).ToContainTextAsync("4 credits charged.");
    }

    [Fact]
    public async Task A_link_to_no_task_says_so()
    {
        var page = await OpenAsync("/#/tasks/there-is-none");

        await Expect(new TaskPage(page).Title).ToHaveTextAsync("There is no such task");
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Pictures_are_looked_at_one_after_the_other_with_the_keyboard()
    {
        var id = await Server.CompleteAsync(Scenario("Gallery", "", "One", "Two", "Three"));
        var page = await OpenAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);
        await Expect(task.Pictures).ToHaveCountAsync(3);
        await task.Pictures.First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(task.Viewer).ToContainTextAsync("Scene 2, picture 1 of 3");
        await Axe.AssertAccessibleAsync(page);
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(task.Viewer).ToContainTextAsync("Scene 3, picture 2 of 3");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(task.Viewer).ToContainTextAsync("Scene 4, picture 3 of 3");
        var download = await page.RunAndWaitForDownloadAsync(() =>
            task.Viewer.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("scene-4.png", download.SuggestedFilename);
        await page.Keyboard.PressAsync("Escape");

        await Expect(task.Viewer).ToBeHiddenAsync();
        await Expect(task.Pictures.First).ToBeFocusedAsync();
    }
}
