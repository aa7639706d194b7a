using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed class CancelTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task Cancelling_asks_once_then_tells_what_was_kept_and_charged()
    {
        var id = await Server.SaveAsync(Scenario("Stopped", "", "One", "emulator:slow=60 two", "emulator:slow=60 three"));
        var page = await OpenAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);
        await Expect(task.Pictures).ToHaveCountAsync(1);
        await task.Cancel.ClickAsync();
        await Axe.AssertAccessibleAsync(page);
        await task.CancelDialog.GetByRole(AriaRole.Button, new() { Name = "Cancel the task" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Progress" })).ToBeFocusedAsync();
        await Expect(task.Status).ToHaveTextAsync("Cancelled");
        await Expect(task.Outcome).ToHaveTextAsync("1 picture kept. 2 credits charged.");
        await Expect(task.Cards.Nth(2)).ToContainTextAsync("cancelled before this picture was made");
        await Expect(task.Cancel).ToBeHiddenAsync();
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Letting_it_run_changes_nothing()
    {
        var id = await Server.SaveAsync(Scenario("Let run", "", "emulator:slow=3600 one"));
        var page = await OpenAsync($"/#/tasks/{id}");
        var deletes = 0;
        page.Request += (_, request) => deletes += request.Method == "DELETE" ? 1 : 0;
        var task = new TaskPage(page);
        await task.Cancel.ClickAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(task.CancelDialog).ToBeHiddenAsync();
        await page.ReloadAsync();
        await Expect(task.Status).ToHaveTextAsync("Running");
        await Expect(task.Cancel).ToBeVisibleAsync();
        Assert.Equal(0, deletes);
        await Server.CancelAsync(id);
    }
}
