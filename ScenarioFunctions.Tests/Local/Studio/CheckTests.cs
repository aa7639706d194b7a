using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>What the page says of a scenario while it is being written.</summary>
public sealed class CheckTests(StudioBrowser studio) : StudioTest(studio)
{
    private const string Short = """{"title": "Short", "scenes": [{}, {"image_prompt": "One"}]}""";

    private const string LatePlan =
        """{"images": 9, "credits_needed": 18, "credits_available": 100, "seconds": 1, "model": "m", "adjustments": [], "scenes": []}""";

    [Theory]
    [InlineData("{\n  \"title\": \"T\",\n  \"scenes\": ]\n}", "Line 3, column 13", "]")]
    [InlineData("{\"title\": \"T\",\n\u00A0\"scenes\": []}", "Line 2, column 1", "\u00A0")]
    [InlineData("{\"title\":\n \"it\\'s\"}", "Line 2, column 5", "\\")]
    [InlineData("{\"title\":\n\"a\tb\"}", "Line 2, column 3", "\t")]
    [InlineData("{\"title\": \"T\",\n\n\"total_duration\": 04}", "Line 3, column 19", "0")]
    [InlineData("{\"title\":\n\"\\u12G4\"}", "Line 2, column 2", "\\")]
    [InlineData("\uFEFF{\"title\": 04}", "Line 1, column 11", "0")]
    [InlineData("{\"title\": \"T\"", "Line 1, column 14", "\"")]
    public async Task Text_that_is_no_JSON_is_told_while_typing_with_its_place_and_the_way_there(string text, string place, string selected)
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.Scenario.FillAsync(text);

        await Expect(start.Fault).ToContainTextAsync($"{place}:");
        await Expect(start.Advice).ToContainTextAsync("Not ready: the text is not JSON yet.");
        await start.Advice.GetByRole(AriaRole.Button, new() { Name = "Go to line" }).ClickAsync();
        await Expect(start.Scenario).ToBeFocusedAsync();
        Assert.Equal(selected, await start.SelectionAsync());
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task A_start_with_text_that_is_no_JSON_says_so_beside_the_button_and_leads_to_the_place(int width)
    {
        var page = await OpenAsync("/", new() { ViewportSize = new() { Width = width, Height = 740 } });
        var start = new StartPage(page);
        var wrapped = $"{{\n  \"title\": \"{string.Join(' ', Enumerable.Repeat("long", 1000))}\",\n";
        await start.Scenario.FillAsync(wrapped + string.Concat(Enumerable.Repeat("  \"mood\": \"calm\",\n", 200)) + "  \"scenes\": ]\n}");
        await start.Start.ClickAsync();

        await Expect(start.Refusal).ToBeFocusedAsync();
        await Expect(start.Refusal).ToBeInViewportAsync();
        await Expect(start.Refusal).ToContainTextAsync("Not started: the text is not JSON yet.");
        await Axe.AssertAccessibleAsync(page);
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Go to line 203" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(start.Scenario).ToBeFocusedAsync();
        await Expect(start.Scenario).ToBeInViewportAsync();
        Assert.Equal("]", await start.SelectionAsync());
        Assert.True(await start.Scenario.EvaluateAsync<bool>(
            "text => text.scrollTop > 0 && text.scrollTop + text.clientHeight > text.scrollHeight - 60"), "The place is not in view.");
        await Expect(page).ToHaveURLAsync(Server.Address.ToString());
    }

    [Fact]
    public async Task The_rules_are_checked_while_typing()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.Scenario.FillAsync("{\n\"title\": \"T\",\n\"scenes\": [{},\n{\"image_prompt\": 7}]}");

        await Expect(start.Advice).ToContainTextAsync("Not ready: 1 thing to put right.");
        await Expect(start.Outline.Nth(1)).ToContainTextAsync("image_prompt");
        await Expect(start.Cost).ToContainTextAsync("The cost is shown once this is put right.");
        await Axe.AssertAccessibleAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to line 4" }).ClickAsync();
        Assert.Equal("7", await start.SelectionAsync());
        await page.Keyboard.TypeAsync("\"A lake\"");
        await Expect(start.Cost).ToContainTextAsync("1 picture");
        await Expect(start.Advice).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_bad_user_is_told_at_the_user()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await start.Scenario.FillAsync(Short);
        await start.User.FillAsync("not a user!");

        await Expect(page.Locator("#user-fault")).ToContainTextAsync("The user must be 1 to 128 characters");
        await Expect(start.User).ToHaveAttributeAsync("aria-invalid", "true");
        await Axe.AssertAccessibleAsync(page);
        await start.User.FillAsync("user_1");
        await Expect(page.Locator("#user-fault")).ToBeHiddenAsync();
        await Expect(start.Cost).ToContainTextAsync("1 picture");
    }

    [Fact]
    public async Task Typing_asks_once_it_pauses_and_only_the_last_answer_counts()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        await Expect(start.Samples.First).ToBeVisibleAsync();
        var asked = new List<string>();
        var first = new TaskCompletionSource<IRoute>();
        await page.RouteAsync("**/scenario/save?dry_run=true", async route =>
        {
            asked.Add(JsonSerializer.Deserialize<JsonElement>(route.Request.PostData!).GetProperty("scenario").GetString()!);
            if (asked.Count == 1)
            {
                first.SetResult(route); // and answered late
                return;
            }

            await route.ContinueAsync();
        });
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1).ToString("O", CultureInfo.InvariantCulture));
        await start.Scenario.FocusAsync();
        foreach (var letter in "{\"title\": 04}")
        {
            await page.Keyboard.TypeAsync($"{letter}");
            await page.Clock.RunForAsync(50);
        }

        await page.Clock.RunForAsync(2000);
        var late = await first.Task;
        await start.Scenario.FillAsync(Short);
        await page.Clock.RunForAsync(2000);
        await Expect(start.Cost).ToContainTextAsync("1 picture");
        try
        {
            await late.FulfillAsync(new() { Status = 200, ContentType = "application/json", Body = LatePlan });
        }
        catch (PlaywrightException)
        {
            // The page waits for it no more.
        }

        await Expect(start.Cost).ToContainTextAsync("1 picture");
        Assert.Equal(["{\"title\": 04}", Short], asked);
    }

    [Fact]
    public async Task Missing_credits_can_be_added()
    {
        var page = await OpenAsync("/");
        var start = new StartPage(page);
        var user = $"user_{Guid.NewGuid():N}";
        await start.User.FillAsync(user);
        await start.Scenario.FillAsync(JsonSerializer.Serialize(Scenario("Dear", [.. Enumerable.Repeat("A lake", 52)])));
        var add = page.GetByRole(AriaRole.Button, new() { Name = "Add 2 credits" });
        await Expect(add).ToBeVisibleAsync();
        await Expect(start.SaveWithoutPictures).ToBeVisibleAsync();
        await Axe.AssertAccessibleAsync(page);
        await add.ClickAsync();

        await Expect(start.Start).ToBeFocusedAsync();
        await Expect(start.Cost).ToContainTextAsync("102 credits available");
    }
}
