using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>Where a scenario comes from, other than the keyboard.</summary>
public sealed class SourceTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task A_sample_that_does_not_come_is_told_unless_its_view_was_left()
    {
        var page = await OpenAsync("/");
        await Expect(new StartPage(page).Samples.First).ToBeVisibleAsync();
        var asked = new TaskCompletionSource<IRoute>();
        await page.RouteAsync("**/samples/*", route => asked.SetResult(route));
        await new StartPage(page).Sample.ClickAsync();
        await (await asked.Task).AbortAsync();
        await Expect(page.Locator("#scenario-fault")).ToHaveTextAsync("The sample could not be loaded.");

        asked = new();
        await new StartPage(page).Sample.ClickAsync();
        await asked.Task;
        await page.GetByRole(AriaRole.Link, new() { Name = "Tasks" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tasks" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_start_waits_for_the_sample_that_was_chosen()
    {
        var page = await OpenAsync("/");
        await Expect(new StartPage(page).Samples.First).ToBeVisibleAsync();
        var asked = new TaskCompletionSource<IRoute>();
        await page.RouteAsync("**/samples/*", route => asked.SetResult(route));
        await new StartPage(page).Sample.ClickAsync();
        await new StartPage(page).Start.ClickAsync();
        await Expect(page.Locator("#start")).ToHaveTextAsync("Starting…");
        await (await asked.Task).ContinueAsync();

        await Expect(new TaskPage(page).Title).ToContainTextAsync("A Quiet Morning");
    }

    [Fact]
    public async Task A_start_with_a_sample_that_does_not_come_starts_nothing()
    {
        var page = await OpenAsync("/");
        await new StartPage(page).Scenario.FillAsync("{\"title\": \"Before\", \"scenes\": [{\"description\": \"One\"}]}");
        var asked = new TaskCompletionSource<IRoute>();
        await page.RouteAsync("**/samples/*", route => asked.SetResult(route));
        await new StartPage(page).Sample.ClickAsync();
        await new StartPage(page).Start.ClickAsync();
        await Expect(page.Locator("#start")).ToHaveTextAsync("Starting…");
        await (await asked.Task).AbortAsync();
        await Expect(page.Locator("#scenario-fault")).ToHaveTextAsync("The sample could not be loaded.");
        await Expect(new StartPage(page).Start).ToBeVisibleAsync();

        await new StartPage(page).Start.ClickAsync();
        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Before");
    }

    [Fact]
    public async Task A_check_that_is_answered_while_a_start_waits_leaves_its_button_alone()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        var check = new TaskCompletionSource<IRoute>();
        await page.RouteAsync("**/scenario/save?dry_run=true", route => check.TrySetResult(route) ? Task.CompletedTask : route.ContinueAsync());
        await page.RouteAsync("**/samples/*", _ => Task.CompletedTask);
        await start.Scenario.FillAsync("""{"title": "Checked", "scenes": [{}, {"image_prompt": "One"}]}""");
        var late = await check.Task;
        await start.Sample.ClickAsync();
        await start.Start.ClickAsync();
        await Expect(page.Locator("#start")).ToHaveTextAsync("Starting…");
        await late.ContinueAsync();

        await Expect(start.Cost).ToContainTextAsync("1 picture");
        Assert.Equal("Starting…", await page.Locator("#start").TextContentAsync());
    }

    [Fact]
    public async Task A_file_that_is_chosen_or_dropped_anywhere_is_taken()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await page.Locator("#file").SetInputFilesAsync(new FilePayload
        {
            Name = "scenario.json",
            MimeType = "application/json",
            Buffer = """{"title": "From a file", "scenes": [{"description": "Only one"}]}"""u8.ToArray(),
        });
        await Expect(start.Outline).ToContainTextAsync(["Only one"]);

        await page.Locator("header.bar").EvaluateAsync(
            """
            bar => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File(['{"scenes": [{"description": "Dropped"}]}'], 'dropped.json'));
              bar.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
            }
            """);
        await Expect(start.Outline).ToContainTextAsync(["Dropped"]);
    }

    [Fact]
    public async Task The_smallest_sample_comes_first_and_each_has_its_price()
    {
        var page = await OpenAsync("/");
        var samples = new StartPage(page).Samples;

        await Expect(samples.First).ToContainTextAsync("1 scene");
        await Expect(samples.First).ToContainTextAsync("0 credits");
        await Expect(samples.Last).ToContainTextAsync("40 scenes");
        await Expect(samples.Last).ToContainTextAsync("78 credits");
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task A_page_that_was_opened_while_the_service_was_down_continues_once_it_is_back()
    {
        var page = await OpenAsync("/studio/icon.svg");
        await page.RouteAsync("**/samples/*", route => route.AbortAsync());
        await page.RouteAsync("**/credits/*", route => route.AbortAsync());
        await page.RouteAsync("**/scenario/**", route => route.AbortAsync());
        await page.GotoAsync("/");
        var start = new StartPage(page);
        await start.Scenario.FillAsync("""{"title": "Down", "scenes": [{}, {"image_prompt": "One"}]}""");
        await Expect(page.Locator("#banner")).ToContainTextAsync("The service does not answer.");
        await Axe.AssertAccessibleAsync(page);
        await page.UnrouteAllAsync();

        await Expect(start.Samples.First).ToBeVisibleAsync();
        await Expect(start.Cost).ToContainTextAsync("1 picture");
        await Expect(page.Locator("#banner")).ToBeHiddenAsync();
    }
}
