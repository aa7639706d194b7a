using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed class ApiKeyTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task The_key_is_asked_for_once_per_tab_and_a_missing_or_wrong_one_is_told()
    {
        await using var server = await StudioProcess.StartAsync(("API_KEY", "right-key"));
        var page = await OpenAsync("/#/tasks", server: server);
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "This service needs an API key" });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Not now" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The API key is missing" })).ToBeVisibleAsync();
        await Axe.AssertAccessibleAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        var key = dialog.GetByLabel("API key");
        await key.FillAsync("wrong-key");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That key is wrong. Check it and try again.");
        await Axe.AssertAccessibleAsync(page);
        await key.FillAsync("right-key");
        await page.Keyboard.PressAsync("Enter");
        await Expect(new TaskListPage(page).State).ToContainTextAsync("No tasks yet");

        await page.ReloadAsync();
        await Expect(new TaskListPage(page).State).ToContainTextAsync("No tasks yet");
        await Expect(dialog).ToBeHiddenAsync();
        var other = await OpenTabAsync("/#/tasks", page.Context);
        await Expect(other.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_start_without_the_key_says_so_in_plain_words_and_typing_asks_for_none()
    {
        await using var server = await StudioProcess.StartAsync(("API_KEY", "right-key"));
        var page = await OpenAsync("/", server: server);
        var start = new StartPage(page);
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "This service needs an API key" });
        await start.Sample.ClickAsync();
        await Expect(start.Cost).ToContainTextAsync("This service needs its API key to check this and to start.");
        await Expect(dialog).ToBeHiddenAsync();
        await Axe.AssertAccessibleAsync(page);
        await start.Start.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Not now" }).ClickAsync();
        await Expect(start.Refusal).ToHaveTextAsync("Not started: This service needs its API key.");
        await Expect(start.Refusal).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter the key" }).ClickAsync();
        await dialog.GetByLabel("API key").FillAsync("right-key");
        await page.Keyboard.PressAsync("Enter");

        await Expect(start.Cost).ToContainTextAsync("4 pictures");
        await Expect(start.Samples.Last).ToContainTextAsync("78 credits");
    }
}
