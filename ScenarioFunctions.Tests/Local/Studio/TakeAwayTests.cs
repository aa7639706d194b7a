using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>What one can take away from a task's page, and read of how it came about.</summary>
public sealed class TakeAwayTests(StudioBrowser studio) : StudioTest(studio)
{
    private static readonly object Album = new
    {
        title = "Ägypten: ein Album",
        mood = "calm",
        scenes = new object[]
        {
            new { description = "One", camera = "still" }, new { description = "Der große Fluß / at dawn", image_prompt = "A river" }, new { description = "", image_prompt = "A lake" },
        },
    };

    [Fact]
    public async Task All_pictures_come_in_one_file_with_the_scenario_as_it_can_be_posted_again()
    {
        var id = await Server.CompleteAsync(Album);
        var page = await OpenAsync($"/#/tasks/{id}");
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Download all" });
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        Assert.Equal("ägypten-ein-album.zip", download.SuggestedFilename);

        using var client = new HttpClient { BaseAddress = Server.Address };
        using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(["scenario.json", "02-ägypten-ein-album.png", "03-ägypten-ein-album.png"], zip.Entries.Select(entry => entry.FullName));
        var url = await new TaskPage(page).Cards.Nth(1).Locator(".frame img").GetAttributeAsync("src");
        Assert.Equal(await client.GetByteArrayAsync(url, TestContext.Current.CancellationToken), await BytesAsync(zip.Entries[1]));
        var posted = JsonSerializer.Deserialize<JsonElement>(await BytesAsync(zip.Entries[0]));
        Assert.Equal("calm", posted.GetProperty("mood").GetString());
        Assert.Equal("still", posted.GetProperty("scenes")[0].GetProperty("camera").GetString());
        using var again = await client.PostAsJsonAsync(
            "/scenario/save?dry_run=true", new { short_id = "short_1", user_id = "user_1", scenario = posted }, TestContext.Current.CancellationToken);
        Assert.Equal(2, (await again.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("images").GetInt32());
        await Expect(button).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Pictures_that_could_not_be_had_are_told()
    {
        var id = await Server.CompleteAsync(Album);
        var page = await OpenAsync("/studio/icon.svg");
        await page.RouteAsync("**/*.png", route => route.AbortAsync());
        await page.GotoAsync($"/#/tasks/{id}");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download all" }).ClickAsync());

        await Expect(new TaskPage(page).Outcome).ToHaveTextAsync("2 pictures could not be downloaded: the file is without them.");
        using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Single(zip.Entries);
    }

    [Fact]
    public async Task The_link_and_the_tasks_id_are_copied()
    {
        var id = await Server.CompleteAsync(Album);
        var page = await OpenAsync("/studio/icon.svg");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1).ToString("O", CultureInfo.InvariantCulture));
        await page.GotoAsync($"/#/tasks/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the task’s id" }).ClickAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("Copied");
        Assert.Equal(id, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.Locator("#link").ClickAsync();
        await Expect(page.Locator("#link")).ToHaveTextAsync("Copied");
        Assert.Equal(page.Url, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.Clock.RunForAsync(2_000);
        await Expect(page.Locator("#link")).ToHaveTextAsync("Copy link");
    }

    [Fact]
    public async Task What_happened_is_told_in_order_with_times_and_kinds()
    {
        var id = await Server.CompleteAsync(Scenario("Recorded", "", "One", "emulator:reject two"));
        var page = await OpenAsync($"/#/tasks/{id}");
        var record = page.GetByRole(AriaRole.List, new() { Name = "What happened, in order" }).GetByRole(AriaRole.Listitem);
        await page.GetByText("What happened").FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(record).ToHaveCountAsync(9);
        string[] all =
        [
            "Task started", "Scenario saved", "Credits held", "Scene 2: picture ordered", "Scene 2: picture stored", "Scene 2: 2 credits charged",
            "Scene 3: picture ordered", "Scene 3: rejected by moderation", "Completed",
        ];
        var told = await record.Locator("p:first-child").AllTextContentsAsync();
        Assert.Equal(all.Order(), told.Order());
        Assert.Equal(all[..3], told.Take(3));
        Assert.Equal("Completed", told[^1]);
        Assert.All([all[3..6], all[6..8]], scene => Assert.Equal(scene, told.Where(scene.Contains)));
        await Expect(record.Filter(new() { HasText = "rejected" })).ToContainTextAsync("RunwayML's moderation rejected the image prompt. (SAFETY.INPUT.TEXT)");
        await Expect(record.Locator("time")).ToHaveCountAsync(9);
        var times = await record.Locator("time").EvaluateAllAsync<string[]>("times => times.map(time => time.dateTime)");
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
        await Axe.AssertAccessibleAsync(page);
    }

    private static async Task<byte[]> BytesAsync(ZipArchiveEntry entry)
    {
        await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
