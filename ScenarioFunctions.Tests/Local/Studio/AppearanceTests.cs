using System.Text.Json;
using Microsoft.Playwright;
using ScenarioFunctions.Tests.Infrastructure;
using SkiaSharp;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

public sealed class AppearanceTests(StudioBrowser studio) : StudioTest(studio)
{
    private static readonly string Word = new('w', 10_000);

    [Fact]
    public async Task Hostile_text_stays_text_and_stays_in_its_place()
    {
        string[] hostile = ["<img src=x onerror=alert(1)></textarea><script>alert(1)</script>\u202Egnp.txt \u05E9\u05DC\u05D5\u05DD", Word];
        foreach (var text in hostile)
        {
            var scenario = new { title = text, resolution = text, scenes = new[] { new { description = text, image_prompt = text }, new { description = text, image_prompt = text[..Math.Min(text.Length, 900)] } } };
            var page = await OpenAsync("/", new() { ViewportSize = new() { Width = 360, Height = 740 } });
            page.Dialog += (_, _) => Assert.Fail("A script ran.");
            await new StartPage(page).Scenario.FillAsync(JsonSerializer.Serialize(scenario));
            await Expect(new StartPage(page).Outline).ToHaveCountAsync(2);
            await AssertNoSidewaysScrollAsync(page);
            await new StartPage(page).Start.ClickAsync();
            await Expect(new TaskPage(page).Title).ToHaveTextAsync(text);
            await Expect(new TaskPage(page).Status).ToHaveTextAsync("Completed");
            await AssertNoSidewaysScrollAsync(page);
            await Expect(page.Locator("main img[src=x], main script")).ToHaveCountAsync(0);
            await page.GotoAsync("/#/tasks");
            await Expect(new TaskListPage(page).Rows.First).ToBeVisibleAsync();
            await AssertNoSidewaysScrollAsync(page);
        }
    }

    [Theory]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(768, ColorScheme.Light)]
    [InlineData(2560, ColorScheme.Light)]
    public async Task Every_view_fits_and_can_be_read(int width, ColorScheme scheme)
    {
        var id = await Server.CompleteAsync(Scenario("Every view", "", "One", "emulator:reject two", "emulator:fail three"));
        var page = await OpenAsync("/", new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        await new StartPage(page).Sample.ClickAsync();
        await Expect(new StartPage(page).Outline).ToHaveCountAsync(5);
        await AssertFitsAsync(page, scheme);
        await page.GotoAsync("/#/tasks");
        await Expect(new TaskListPage(page).Rows.First).ToBeVisibleAsync();
        await AssertFitsAsync(page, scheme);
        await page.GotoAsync($"/#/tasks/{id}");
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("1 of 3 pictures");
        await AssertFitsAsync(page, scheme);
    }

    [Fact]
    public async Task Forced_colours_keep_what_is_made_and_what_is_missing_apart()
    {
        var id = await Server.CompleteAsync(Scenario("Forced colours", "", "One", "emulator:reject two"));
        var page = await OpenAsync($"/#/tasks/{id}", new() { ForcedColors = ForcedColors.Active });
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("1 of 2 pictures");

        var colours = await page.Locator(".strip i").EvaluateAllAsync<string[]>("marks => marks.map(mark => getComputedStyle(mark).backgroundColor)");
        Assert.Equal(3, colours.Distinct().Count());
    }

    [Theory]
    [InlineData(ReducedMotion.Reduce, false)]
    [InlineData(ReducedMotion.NoPreference, true)]
    public async Task A_picture_that_is_being_made_shimmers_unless_the_reader_wants_less_motion(ReducedMotion motion, bool shimmers)
    {
        var id = await Server.SaveAsync(Scenario("Shimmer", "", "emulator:slow=3600 one"));
        var page = await OpenAsync($"/#/tasks/{id}");
        await page.EmulateMediaAsync(new() { ReducedMotion = motion });
        await Expect(new TaskPage(page).Cards.Nth(1)).ToContainTextAsync("Being made · ");

        Assert.Equal(shimmers, await page.EvaluateAsync<bool>("document.getAnimations().length > 0"));
        await Server.CancelAsync(id);
    }

    [Fact]
    public async Task The_tails_of_a_titles_letters_have_room()
    {
        var id = await Server.CompleteAsync(Scenario("Egg gypsy jug", ""));
        var page = await OpenAsync($"/#/tasks/{id}");
        await Expect(new TaskPage(page).Title).ToHaveTextAsync("Egg gypsy jug");

        // The tallest of the usual fonts need 1.37 of their size.
        Assert.InRange(
            await new TaskPage(page).Title.EvaluateAsync<double>("title => title.clientHeight / parseFloat(getComputedStyle(title).fontSize)"), 1.37, 2);
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        var page = await OpenAsync("/");
        await Expect(new StartPage(page).Samples.First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await Expect(new StartPage(page).Samples.First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(new StartPage(page).Scenario).Not.ToHaveValueAsync("");
        await new StartPage(page).ShortId.FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(new StartPage(page).Start).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(new TaskPage(page).Title).ToBeFocusedAsync();
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Completed");
    }

    /// <summary>
    /// Against the pictures that the README shows, which it makes again with <c>UPDATE_SCREENSHOTS=1</c>. Compared from
    /// afar, as ids, times and the machine's fonts differ.
    /// </summary>
    [Theory]
    [InlineData(ColorScheme.Light, "studio-light.png")]
    [InlineData(ColorScheme.Dark, "studio-dark.png")]
    public async Task The_finished_sample_looks_as_in_the_README(ColorScheme scheme, string file)
    {
        var page = await OpenAsync("/", new() { ViewportSize = new() { Width = 1280, Height = 960 }, ColorScheme = scheme });
        await new StartPage(page).Sample.ClickAsync();
        await new StartPage(page).Start.ClickAsync();
        await Expect(new TaskPage(page).Status).ToHaveTextAsync("Completed");
        await Expect(new TaskPage(page).Pictures).ToHaveCountAsync(4);
        var picture = await page.ScreenshotAsync();

        var shown = Path.Combine(Repository.Root, "docs", "images", file);
        if (Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS") == "1")
        {
            await File.WriteAllBytesAsync(shown, picture, TestContext.Current.CancellationToken);
        }

        Assert.InRange(LargestDifference(picture, await File.ReadAllBytesAsync(shown, TestContext.Current.CancellationToken)), 0, 10);
    }

    /// <summary>Of two pictures, each reduced to 16 by 12 points: by how much a colour of one differs, of 255.</summary>
    private static int LargestDifference(byte[] one, byte[] other)
    {
        static byte[] Reduced(byte[] picture)
        {
            using var decoded = SKBitmap.Decode(picture);
            Assert.Equal((1280, 960), (decoded.Width, decoded.Height));
            using var reduced = decoded.Resize(new SKImageInfo(16, 12), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
            return reduced.Bytes;
        }

        return Reduced(one).Zip(Reduced(other), (a, b) => Math.Abs(a - b)).Max();
    }

    private static async Task AssertFitsAsync(IPage page, ColorScheme scheme)
    {
        await AssertNoSidewaysScrollAsync(page);
        if (scheme == ColorScheme.Dark) // every other test that looks does so in light
        {
            await Axe.AssertAccessibleAsync(page);
        }
    }

    private static async Task AssertNoSidewaysScrollAsync(IPage page) =>
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
}
