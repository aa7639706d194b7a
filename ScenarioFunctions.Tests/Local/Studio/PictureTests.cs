using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>How a task's pictures are put on its page: many of them must not fill the memory.</summary>
public sealed class PictureTests(StudioBrowser studio) : StudioTest(studio)
{
    private const int Rounding = 2;

    private static readonly BrowserNewContextOptions Small = new() { ViewportSize = new() { Width = 400, Height = 400 } };

    [Fact]
    public async Task Only_pictures_near_the_screen_are_kept_and_no_larger_than_they_are_shown()
    {
        var (page, task) = await OpenAsync(Small);
        var first = task.Cards.Nth(1);
        var last = task.Cards.Last;
        await first.ScrollIntoViewIfNeededAsync();
        await Expect(first.Locator(".picture.loaded")).ToBeVisibleAsync();
        var shown = await SizeAsync(first, "clientHeight");
        Assert.InRange(await SizeAsync(first, "height"), shown, shown + Rounding);
        await Expect(last.Locator(".picture.loaded")).ToHaveCountAsync(0);
        await Expect(last.Locator("canvas")).ToHaveCountAsync(0);
        var height = await HeightAsync();

        await last.ScrollIntoViewIfNeededAsync();
        await Expect(last.Locator(".picture.loaded")).ToBeVisibleAsync();
        await Expect(first.Locator(".picture.loaded")).ToHaveCountAsync(0);
        await Expect(first.Locator("canvas")).ToHaveCountAsync(0);
        await first.ScrollIntoViewIfNeededAsync();
        await Expect(first.Locator(".picture.loaded")).ToBeVisibleAsync();

        Assert.Equal(height, await HeightAsync());

        Task<int> HeightAsync() => page.EvaluateAsync<int>("document.documentElement.scrollHeight");
    }

    [Fact]
    public async Task A_picture_is_drawn_again_when_its_card_has_grown()
    {
        var (page, task) = await OpenAsync(Small);
        var card = task.Cards.Nth(1);
        await card.ScrollIntoViewIfNeededAsync();
        await Expect(card.Locator(".picture.loaded")).ToBeVisibleAsync();
        var before = await SizeAsync(card, "height");
        await page.SetViewportSizeAsync(500, 400);

        await page.WaitForFunctionAsync(
            "before => [...document.querySelectorAll('canvas')].some(canvas => canvas.height > before && canvas.height >= canvas.clientHeight)", before);
    }

    [Fact]
    public async Task A_picture_that_does_not_load_is_told_and_tried_again_when_it_is_seen_again()
    {
        var (page, task) = await OpenAsync(Small, page => page.RouteAsync("**/*.png", route => route.AbortAsync()));
        var card = task.Cards.Nth(1);
        await card.ScrollIntoViewIfNeededAsync();
        await Expect(card).ToContainTextAsync("The picture could not be loaded");
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Look at the picture" })).ToHaveCountAsync(0);
        await Axe.AssertAccessibleAsync(page);
        await page.UnrouteAllAsync();
        await task.Cards.Last.ScrollIntoViewIfNeededAsync();
        await Expect(task.Cards.Last.Locator(".picture.loaded")).ToBeVisibleAsync();
        await card.ScrollIntoViewIfNeededAsync();

        await Expect(card.Locator(".picture.loaded")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_picture_on_another_host_is_drawn()
    {
        var (_, task) = await OpenAsync(Small, page => page.RouteAsync("**/scenarios/*", async route =>
        {
            var answer = await route.FetchAsync();
            var text = await answer.TextAsync();
            await route.FulfillAsync(new() { Response = answer, Body = text.Replace("http://127.0.0.1", "http://localhost", StringComparison.Ordinal) });
        }));
        var card = task.Cards.Nth(1);
        await card.ScrollIntoViewIfNeededAsync();

        await Expect(card.Locator(".picture.loaded")).ToBeVisibleAsync();
        Assert.StartsWith("http://localhost", await card.Locator("img").EvaluateAsync<string>("image => image.src"));
    }

    [Fact]
    public async Task On_paper_there_are_all_pictures_also_those_not_seen()
    {
        var (page, task) = await OpenAsync(Small);
        await Expect(task.Cards.Nth(1).Locator("img")).ToHaveJSPropertyAsync("complete", false);

        var paper = System.Text.Encoding.Latin1.GetString(await page.PdfAsync());
        Assert.Equal(11, paper.Split("/Subtype /Image").Length - 1);
    }

    /// <summary>A task with eleven pictures, of which only some are near a small screen.</summary>
    private async Task<(IPage Page, TaskPage Task)> OpenAsync(BrowserNewContextOptions options, Func<IPage, Task>? prepare = null)
    {
        var id = await Server.CompleteAsync(Scenario("Album", ["", .. Enumerable.Range(1, 11).Select(number => $"Picture {number}")]));
        var page = await OpenAsync("/studio/icon.svg", options);
        if (prepare is not null)
        {
            await prepare(page);
        }

        await page.GotoAsync($"/#/tasks/{id}");
        var task = new TaskPage(page);
        await Expect(task.Status).ToHaveTextAsync("Completed");
        return (page, task);
    }

    private static Task<int> SizeAsync(ILocator card, string property) =>
        card.Locator("canvas").EvaluateAsync<int>("(canvas, property) => canvas[property]", property);
}
