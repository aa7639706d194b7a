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
}
