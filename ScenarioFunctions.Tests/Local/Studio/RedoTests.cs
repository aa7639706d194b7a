using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>Pictures that are made again from a task's page.</summary>
public sealed class RedoTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task A_picture_that_does_not_please_is_made_again_and_either_can_be_shown()
    {
        var (page, task) = await CompletedAsync(Scenario("Again", "", "One", "Two"));
        await task.TryAgain(2).PressAsync("Enter");
        await Expect(task.Version(2, 2)).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(task.Version(1, 2)).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(task.Outcome).ToHaveTextAsync("2 pictures made. 6 credits charged.");
        await Expect(task.TryAgain(2)).ToBeFocusedAsync();
        await Axe.AssertAccessibleAsync(page);
        var second = await ShownAsync(task);

        await task.Version(1, 2).PressAsync("Enter");
        await Expect(task.Version(1, 2)).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(second, await ShownAsync(task));

        await page.ReloadAsync();
        await Expect(task.Version(1, 2)).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(second, await ShownAsync(task));

        static Task<string?> ShownAsync(TaskPage task) => task.Cards.Nth(1).Locator(".frame img").GetAttributeAsync("src");
    }

    [Fact]
    public async Task A_refused_prompt_is_edited_and_another_refusal_is_told()
    {
        var (page, task) = await CompletedAsync(Scenario("Reworded", "", "emulator:reject one"));
        await Expect(task.Status).ToHaveTextAsync("0 of 1 picture");
        await task.TryAgain(2).ClickAsync();
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("Not made again.");

        await task.EditPrompt(2).ClickAsync();
        var prompt = task.RedoDialog.GetByLabel("What the picture shows");
        await Expect(prompt).ToHaveValueAsync("emulator:reject one");
        await Axe.AssertAccessibleAsync(page);
        await prompt.FillAsync("A harmless cup");
        await task.RedoDialog.GetByRole(AriaRole.Button, new() { Name = "Make it (2 credits)" }).ClickAsync();

        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("A harmless cup");
        await Expect(task.Cards.Nth(1)).Not.ToContainTextAsync("Not made again");
        await Expect(task.Pictures).ToHaveCountAsync(1);
        await Expect(task.EditPrompt(2)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task What_is_missing_for_want_of_credits_is_made_once_they_are_added()
    {
        var id = await Server.SaveAsync(Scenario("Short", ["", .. Enumerable.Range(1, 52).Select(number => $"Picture {number}")]), "poor_user");
        await Server.WaitAsync(id, task => task.GetProperty("status").GetString() == "completed");
        var page = await OpenAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);
        await Expect(task.Short).ToContainTextAsync("52 pictures cost 104 credits; poor_user has 100.");
        await Expect(task.MakeMissing).ToHaveTextAsync("Make 52 missing (104 credits)");
        await Axe.AssertAccessibleAsync(page);
        await task.MakeMissing.ClickAsync();
        await Expect(task.Short.GetByRole(AriaRole.Button)).ToBeVisibleAsync();
        await Expect(task.Status).ToHaveTextAsync("0 of 52 pictures");

        await task.Short.GetByRole(AriaRole.Button, new() { Name = "Add 4 credits" }).ClickAsync();
        await Expect(task.Short).ToHaveTextAsync("4 credits added.");
        await task.MakeMissing.ClickAsync();
        await Expect(task.Outcome).ToHaveTextAsync("52 pictures made. 104 credits charged.");
        await Expect(task.MakeMissing).ToBeHiddenAsync();
        await Expect(task.Status).ToHaveTextAsync("Completed");
    }

    [Fact]
    public async Task A_redo_can_be_cancelled_and_the_picture_stays()
    {
        var (page, task) = await CompletedAsync(Scenario("Stopped again", "", "One"));
        await task.EditPrompt(2).ClickAsync();
        await task.RedoDialog.GetByLabel("What the picture shows").FillAsync("emulator:slow=3600 another");
        await task.RedoDialog.GetByRole(AriaRole.Button, new() { Name = "Make it (2 credits)" }).ClickAsync();
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("Being made · ");
        await Axe.AssertAccessibleAsync(page);
        await task.Cancel.ClickAsync();
        await task.CancelDialog.GetByRole(AriaRole.Button, new() { Name = "Cancel the task" }).ClickAsync();

        await Expect(task.Cards.Nth(1)).ToContainTextAsync("Not made again.");
        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(task.Pictures).ToHaveCountAsync(1);
        await Expect(task.Outcome).ToHaveTextAsync("1 picture made. 2 credits charged.");
    }

    [Fact]
    public async Task A_redo_of_another_browser_is_seen_too()
    {
        var (first, task) = await CompletedAsync(Scenario("Seen elsewhere", "", "One"));
        await task.EditPrompt(2).ClickAsync();
        await task.RedoDialog.GetByLabel("What the picture shows").FillAsync("emulator:slow=3600 another");
        await task.RedoDialog.GetByRole(AriaRole.Button, new() { Name = "Make it (2 credits)" }).ClickAsync();
        await Expect(task.Cards.Nth(1)).ToContainTextAsync("Being made · ");

        var other = new TaskPage(await OpenAsync(new Uri(first.Url).PathAndQuery + new Uri(first.Url).Fragment));
        await Expect(other.Cards.Nth(1)).ToContainTextAsync("Being made · ");
        await task.Cancel.ClickAsync();
        await task.CancelDialog.GetByRole(AriaRole.Button, new() { Name = "Cancel the task" }).ClickAsync();
        await Expect(other.Cards.Nth(1)).Not.ToContainTextAsync("Being made");
        await Expect(other.Pictures).ToHaveCountAsync(1);
    }

    private async Task<(IPage Page, TaskPage Task)> CompletedAsync(object scenario)
    {
        var id = await Server.CompleteAsync(scenario);
        var page = await OpenAsync($"/#/tasks/{id}");
        return (page, new TaskPage(page));
    }
}
