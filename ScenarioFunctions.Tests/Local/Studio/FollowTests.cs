using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>How a page learns of its task's changes, and how it tells of its end.</summary>
public sealed class FollowTests(StudioBrowser studio) : StudioTest(studio)
{
    private const string Notifications = """
        window.told = [];
        window.Notification = class {
          static permission = 'default';
          static requestPermission() { return Promise.resolve(Notification.permission = 'granted'); }
          constructor(title, { body }) { told.push(`${title}: ${body}`); }
        };
        """;

    /// <summary>The clock of the page stands still, so that it cannot look again by itself.</summary>
    [Fact]
    public async Task Events_bring_each_picture_and_the_end_and_the_tab_counts_them()
    {
        await using var runway = await HeldRunway.StartAsync();
        await using var server = await StudioProcess.StartAsync(runway.Settings);
        var id = await server.SaveAsync(Scenario("Told", "", "One", "Two"));
        await server.WaitAsync(id, one => one.GetProperty("scenes").EnumerateArray().Any(scene => scene.GetProperty("image_url").GetString() is not null));
        var page = await OpenAsync("/studio/icon.svg", server: server);
        var looks = 0;
        page.Request += (_, request) => looks += request.Url.EndsWith(id, StringComparison.Ordinal) ? 1 : 0;
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1).ToString("O", CultureInfo.InvariantCulture));
        await page.GotoAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);
        await Expect(page).ToHaveTitleAsync("(1/2) Told · Scenario Studio");
        await Expect(task.Progress).ToHaveJSPropertyAsync("value", 1);
        runway.Release();

        await Expect(task.Status).ToHaveTextAsync("Completed");
        await Expect(page).ToHaveTitleAsync("✓ Told · Scenario Studio");
        await Expect(task.Pictures).ToHaveCountAsync(2);
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task The_end_is_told_by_the_browser_to_those_who_ask()
    {
        await using var runway = await HeldRunway.StartAsync();
        await using var server = await StudioProcess.StartAsync(runway.Settings);
        var id = await server.SaveAsync(Scenario("Awaited", "", "One", "Two"));
        var page = await OpenAsync("/studio/icon.svg", server: server);
        await page.AddInitScriptAsync(Notifications);
        await page.GotoAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);
        await Expect(task.TellMe).ToBeVisibleAsync();
        await task.TellMe.PressAsync("Enter");
        await Expect(task.TellMe).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(task.TellMe).ToHaveTextAsync("You will be told");
        await Axe.AssertAccessibleAsync(page);
        runway.Release();
        await Expect(task.Status).ToHaveTextAsync("Completed");

        Assert.Equal(["Awaited: 2 pictures made."], await page.EvaluateAsync<string[]>("told"));
        await Expect(task.TellMe).ToBeHiddenAsync();
    }
}
