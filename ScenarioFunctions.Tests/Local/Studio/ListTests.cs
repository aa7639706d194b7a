using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed class ListTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task Tasks_are_listed_newest_first_by_status_and_page_by_page_and_none_is_said()
    {
        await using var server = await StudioProcess.StartAsync();
        var page = await OpenAsync("/#/tasks", server: server);
        var list = new TaskListPage(page);
        await Expect(list.State).ToContainTextAsync("No tasks yet");
        for (var number = 1; number <= 55; number++)
        {
            await server.SaveAsync(Scenario($"Task {number}", ""));
        }

        await Expect(list.Rows).ToHaveCountAsync(50);
        await Expect(list.Rows.First).ToContainTextAsync("Task 55");
        await list.More.ClickAsync();
        await Expect(list.Rows).ToHaveCountAsync(55);
        await Expect(list.Rows.Last).ToContainTextAsync("Task 1");
        await Expect(list.More).ToBeHiddenAsync();
        await Axe.AssertAccessibleAsync(page);
        await list.Filter("Failed").ClickAsync();
        await Expect(list.State).ToHaveTextAsync("No failed tasks.");
        await Axe.AssertAccessibleAsync(page);
        await list.Filter("Completed").ClickAsync();
        await list.Rows.First.GetByRole(AriaRole.Link).ClickAsync();

        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Task 55");
        await Expect(new TaskPage(page).Title).ToBeFocusedAsync();
    }
}
