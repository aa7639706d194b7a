using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>When the page asks for its task where events do not come through, by a clock that these tests move.</summary>
public sealed class PollingTests(StudioBrowser studio) : StudioTest(studio)
{
    private const int Minute = 60_000;

    private const string NoEvents =
        "const send = fetch; window.fetch = (url, init) => String(url).endsWith('/events') ? Promise.reject(new TypeError()) : send(url, init);";

    private readonly List<IRequest> polls = [];

    [Fact]
    public async Task The_next_look_comes_when_the_service_asks_for_it()
    {
        var (page, _) = await OpenRunningAsync(async route =>
        {
            var answer = await route.FetchAsync();
            var headers = new Dictionary<string, string>(answer.Headers) { ["retry-after"] = "7" };
            await route.FulfillAsync(new() { Response = answer, Headers = headers });
        });

        Assert.Equal(1, await PollsAfterAsync(page, 6_900));
        Assert.Equal(2, await PollsAfterAsync(page, 200));
        Assert.Equal(2, await PollsAfterAsync(page, 6_700));
        Assert.Equal(3, await PollsAfterAsync(page, 300));
    }

    [Fact]
    public async Task An_unchanged_task_is_not_sent_again()
    {
        var (page, _) = await OpenRunningAsync();
        await PollsAfterAsync(page, 1_100);
        var first = (await polls[0].ResponseAsync())!;
        var second = (await polls[1].ResponseAsync())!;

        Assert.Equal(HttpStatusCode.OK, (HttpStatusCode)first.Status);
        Assert.Equal(HttpStatusCode.NotModified, (HttpStatusCode)second.Status);
        Assert.Equal(first.Headers["etag"], polls[1].Headers["if-none-match"]);
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Running");
    }

    [Fact]
    public async Task A_task_that_has_ended_is_not_asked_for_again()
    {
        var (page, id) = await OpenRunningAsync();
        await CancelAsync(id);
        Assert.Equal(2, await PollsAfterAsync(page, 1_100));
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Cancelled");

        Assert.Equal(2, await PollsAfterAsync(page, 2 * Minute));
    }

    [Fact]
    public async Task A_hidden_tab_looks_now_and_then_and_goes_on_at_once_when_it_is_seen()
    {
        var (page, id) = await OpenRunningAsync();
        await SetHiddenAsync(page, true);
        Assert.Equal(1, await PollsAfterAsync(page, 1_100)); // the look that was due waits, too
        Assert.Equal(1, await PollsAfterAsync(page, 19_000));
        Assert.Equal(2, await PollsAfterAsync(page, 1_000));
        await CancelAsync(id);
        Assert.Equal(2, await PollsAfterAsync(page, 1_100));
        await SetHiddenAsync(page, false);

        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Cancelled");
        Assert.Equal(3, await PollsAfterAsync(page, 0));
    }

    [Fact]
    public async Task A_view_that_was_left_asks_for_nothing()
    {
        var (page, _) = await OpenRunningAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Tasks" }).ClickAsync();
        await Expect(new TaskListPage(page).Rows.First).ToBeVisibleAsync();

        Assert.Equal(1, await PollsAfterAsync(page, Minute));
    }

    [Fact]
    public async Task The_list_looks_again_every_five_seconds_while_it_is_seen()
    {
        var (page, id) = await OpenRunningAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Tasks" }).ClickAsync();
        var row = new TaskListPage(page).RowOf(id);
        await Expect(row).ToContainTextAsync("Running");
        await SetHiddenAsync(page, true);
        await CancelAsync(id);
        await page.Clock.RunForAsync(Minute);
        await SettleAsync(page);
        await Expect(row).ToContainTextAsync("Running");
        await SetHiddenAsync(page, false);
        await Expect(row).ToContainTextAsync("Cancelled");

        var other = await Server.SaveAsync(Scenario("Started meanwhile", ""));
        await page.Clock.RunForAsync(4_900);
        await SettleAsync(page);
        await Expect(new TaskListPage(page).RowOf(other)).ToHaveCountAsync(0);
        await page.Clock.RunForAsync(200);
        await Expect(new TaskListPage(page).RowOf(other)).ToBeVisibleAsync();
    }

    /// <summary>A task that changes no more, on a page whose clock stands still.</summary>
    private async Task<(IPage Page, string TaskId)> OpenRunningAsync(Func<IRoute, Task>? answer = null)
    {
        var id = await Server.SaveAsync(Scenario("Unhurried", "", "emulator:slow=3600 a lake"));
        await WaitForSceneAsync(id, "generating");
        var page = await OpenAsync("/studio/icon.svg");
        page.Request += (_, request) =>
        {
            if (request.Url.EndsWith(id, StringComparison.Ordinal))
            {
                polls.Add(request);
            }
        };
        if (answer is not null)
        {
            await page.RouteAsync($"**/{id}", answer);
        }

        await page.AddInitScriptAsync(NoEvents);
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1).ToString("O", CultureInfo.InvariantCulture));
        await page.GotoAsync($"/#/tasks/{id}");
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Running");
        return (page, id);
    }

    /// <summary>Lets that much time pass on the page.</summary>
    /// <returns>How often it has asked for the task by then.</returns>
    private async Task<int> PollsAfterAsync(IPage page, int milliseconds)
    {
        await page.Clock.RunForAsync(milliseconds);
        await SettleAsync(page);
        foreach (var poll in polls.ToList())
        {
            await poll.ResponseAsync();
        }

        await SettleAsync(page);
        return polls.Count;
    }

    /// <summary>Requests are told and answered in their order: once this one is answered, all before it have been seen.</summary>
    private static async Task SettleAsync(IPage page) =>
        await page.EvaluateAsync("fetch('/studio/icon.svg').then(response => response.text())");

    private static async Task SetHiddenAsync(IPage page, bool hidden) => await page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        hidden);

    private async Task CancelAsync(string id)
    {
        await Server.CancelAsync(id);
        await WaitForSceneAsync(id, "cancelled");
    }

    private Task WaitForSceneAsync(string id, string status) =>
        Server.WaitAsync(id, task => task.GetProperty("scenes")[1].GetProperty("status").GetString() == status);
}
