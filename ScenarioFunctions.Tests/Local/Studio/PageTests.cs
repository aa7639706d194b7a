using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>What is on every page.</summary>
public sealed class PageTests(StudioBrowser studio) : StudioTest(studio)
{
    private const string Practice = "Practice pictures, nothing is billed";

    [Fact]
    public async Task The_emulator_is_named_on_every_page()
    {
        var page = await OpenAsync("/");
        await Expect(page.GetByText(Practice)).ToBeVisibleAsync();
        await page.GotoAsync("/#/tasks");
        await Expect(page.GetByText(Practice)).ToBeVisibleAsync();
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Where_pictures_cost_money_nothing_is_said_of_practice()
    {
        await using var runway = await HeldRunway.StartAsync();
        await using var server = await StudioProcess.StartAsync(runway.Settings);
        var page = await OpenAsync("/studio/icon.svg", server: server);
        await page.RunAndWaitForResponseAsync(() => page.GotoAsync("/"), "**/health");

        await Expect(new StartPage(page).Samples.First).ToBeVisibleAsync();
        await Expect(page.GetByText(Practice)).ToBeHiddenAsync();
    }

    /// <summary>A window of 1280 by 860 at a zoom of 200 % has half as many pixels.</summary>
    [Fact]
    public async Task With_forced_colours_and_a_zoom_of_200_percent_list_and_start_can_be_used()
    {
        var id = await Server.CompleteAsync(Scenario("Forced colours", "", "One", "emulator:reject two"));
        var page = await OpenAsync("/#/tasks", new() { ForcedColors = ForcedColors.Active, ViewportSize = new() { Width = 640, Height = 430 } });
        await Expect(new TaskListPage(page).RowOf(id)).ToContainTextAsync("1 of 2 pictures");
        Assert.Equal(0, await SidewaysScrollAsync(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "New" }).ClickAsync();
        var start = new StartPage(page);
        await start.Scenario.FillAsync("{\"title\": 04}");
        await start.Start.ClickAsync();
        await Expect(start.Refusal).ToBeInViewportAsync();
        Assert.Equal(0, await SidewaysScrollAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to line 1" }).ClickAsync();
        await Expect(start.Scenario).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Without_JavaScript_it_says_what_it_needs()
    {
        var page = await OpenAsync("/", new() { JavaScriptEnabled = false });

        await Expect(page.Locator("noscript p")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_link_that_is_broken_leads_to_no_task()
    {
        var page = await OpenAsync("/#/tasks/%zz");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no such task" })).ToBeVisibleAsync();
    }

    private static Task<int> SidewaysScrollAsync(IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
