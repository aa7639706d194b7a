using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ScenarioFunctions.Chaos;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed partial class ListTests(StudioBrowser studio) : StudioTest(studio)
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

        await page.ReloadAsync();
        await Expect(list.Rows).ToHaveCountAsync(50);
        await Expect(list.Rows.First).ToContainTextAsync("Task 55");
        await list.More.PressAsync("Enter"); // not the mouse: rows that come into view change their height, and a click may miss
        await Expect(list.Rows).ToHaveCountAsync(55);
        await Expect(list.Rows.Last).ToContainTextAsync("Task 1");
        await Expect(list.More).ToBeHiddenAsync();
        await server.SaveAsync(Scenario("Task 56", ""));
        await Expect(list.Rows.First).ToContainTextAsync("Task 56");
        await Expect(list.Rows).ToHaveCountAsync(56);
        await Axe.AssertAccessibleAsync(page);
        await list.Filter("Failed").ClickAsync();
        await Expect(list.State).ToHaveTextAsync("No failed tasks.");
        await Axe.AssertAccessibleAsync(page);
        await list.Filter("Completed").ClickAsync();
        await Expect(list.Rows.First).ToContainTextAsync("Task 56"); // on a busy machine, an earlier task may complete first
        await list.Rows.First.GetByRole(AriaRole.Link).PressAsync("Enter");

        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Task 56");
        await Expect(new TaskPage(page).Title).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_task_with_missing_pictures_does_not_look_like_a_success()
    {
        var whole = await Server.CompleteAsync(Scenario("Nothing missing", "", "One", "Two"));
        var id = await Server.CompleteAsync(Scenario("With gaps", "", "One", "emulator:reject two", "Three", "emulator:fail four", "Five"));
        var page = await OpenAsync("/#/tasks");
        var list = new TaskListPage(page);
        var row = list.RowOf(id);

        await Expect(row.Locator(".badge")).ToHaveTextAsync("3 of 5 pictures");
        await Expect(row.Locator(".badge")).ToHaveAttributeAsync("data-status", "partial");
        await Expect(row.Locator(".about")).ToContainTextAsync("user_1 · short_1 · 6 scenes · 3/5 pictures · 6 credits · ");
        await Expect(row.Locator("time")).ToHaveTextAsync(Ago());
        await Expect(row.Locator(".thumbnails canvas")).ToHaveCountAsync(3);
        await Expect(list.RowOf(whole).Locator(".badge")).ToHaveTextAsync("Completed");
        await Axe.AssertAccessibleAsync(page);
        await list.Filter("With gaps").ClickAsync();
        await Expect(row).ToBeVisibleAsync();
        await Expect(list.RowOf(whole)).ToHaveCountAsync(0);
        await Axe.AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Tasks_are_found_by_title_user_and_short_id_among_all_and_Back_leads_to_the_same_place()
    {
        await using var server = await StudioProcess.StartAsync();
        await server.SaveAsync(Scenario("Oldest of all", ""), "maria");
        for (var number = 1; number <= 59; number++)
        {
            await server.SaveAsync(Scenario($"Task {number}", ""));
        }

        var page = await OpenAsync("/#/tasks", server: server);
        var list = new TaskListPage(page);
        await Expect(list.Rows).ToHaveCountAsync(50);
        foreach (var words in new[] { "oldest", "MARIA", "short_1 all", "all maria" })
        {
            await list.Search.FillAsync(words);
            await Expect(list.State).ToHaveTextAsync("1 task found.");
            await Expect(list.Rows).ToContainTextAsync(["Oldest of all"]);
        }

        await Axe.AssertAccessibleAsync(page);
        await Expect(page).ToHaveURLAsync(Searched());
        await page.ReloadAsync();
        await Expect(list.Search).ToHaveValueAsync("all maria");
        await Expect(list.Rows).ToHaveCountAsync(1);
        await list.Search.FillAsync("nobody");
        await Expect(list.State).ToHaveTextAsync("No task found.");
        await Axe.AssertAccessibleAsync(page);
        await list.Search.FillAsync("");
        await Expect(list.Rows).ToHaveCountAsync(60);

        var link = list.Rows.Nth(55).GetByRole(AriaRole.Link);
        await link.ScrollIntoViewIfNeededAsync();
        var place = await TopAsync(link);
        await link.PressAsync("Enter");
        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Task 4");
        await page.GoBackAsync();
        await Expect(link).ToBeFocusedAsync();
        await Expect(list.Rows).ToHaveCountAsync(60);
        await Patience.UntilAsync( // the page scrolls once all rows are there
            async () => Math.Abs(await TopAsync(link) - place) <= 40, () => $"The row was at {place}.", TestContext.Current.CancellationToken);
        await page.Keyboard.PressAsync("Enter");
        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Task 4");
    }

    [GeneratedRegex(@"#/tasks\?q=all\+maria$")]
    private static partial Regex Searched();

    /// <summary>Once the rows that came into view are drawn.</summary>
    private static Task<double> TopAsync(ILocator link) => link.EvaluateAsync<double>(
        "link => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(link.getBoundingClientRect().top))))");

    [GeneratedRegex("^(just now|[0-9]+ minutes? ago)$")]
    private static partial Regex Ago();
}
