using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>A scenario that is played as a storyboard.</summary>
public sealed class PlayTests(StudioBrowser studio) : StudioTest(studio)
{
    [Fact]
    public async Task Each_scene_is_shown_for_its_duration_with_what_is_said_and_seen()
    {
        var id = await Server.CompleteAsync(Storyboard(2, 3, 1));
        var page = await OpenAsync("/studio/icon.svg");
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1).ToString("O", CultureInfo.InvariantCulture));
        await page.GotoAsync($"/#/tasks/{id}");
        var player = new Player(page);
        await player.Play.ClickAsync();
        await Expect(player.Title).ToHaveTextAsync("Scene 1 of 3");
        await Expect(player.Captions).ToHaveTextAsync(["Hook", "First"]);

        await page.Clock.RunForAsync(1_900);
        await Expect(player.Title).ToHaveTextAsync("Scene 1 of 3");
        await page.Clock.RunForAsync(100);
        await Expect(player.Title).ToHaveTextAsync("Scene 2 of 3");
        await Expect(player.Captions).ToHaveTextAsync(["Main", "Second"]);
        await Expect(player.Dialog.GetByRole(AriaRole.Img, new() { Name = "Picture of scene 2" })).ToBeVisibleAsync();

        await page.Clock.RunForAsync(1_000);
        await page.Keyboard.PressAsync(" ");
        await Expect(player.Pause).ToHaveTextAsync("Play");
        await page.Clock.RunForAsync(60_000);
        await Expect(player.Title).ToHaveTextAsync("Scene 2 of 3");
        await page.Keyboard.PressAsync(" ");
        await Expect(player.Pause).ToHaveTextAsync("Pause");
        await page.Clock.RunForAsync(2_000);
        await Expect(player.Title).ToHaveTextAsync("Scene 3 of 3");
        await Expect(player.Captions).ToHaveTextAsync(["Call to action", "Third"]);
        await page.Clock.RunForAsync(1_000);
        await Expect(player.Pause).ToHaveTextAsync("Play again");

        await page.Keyboard.PressAsync("Enter");
        await Expect(player.Title).ToHaveTextAsync("Scene 1 of 3");
        await page.Keyboard.PressAsync("Escape");
        await Expect(player.Dialog).ToBeHiddenAsync();
        await Expect(player.Play).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Arrows_lead_from_scene_to_scene_and_f_fills_the_screen()
    {
        var id = await Server.CompleteAsync(Storyboard(3600, 3600, 3600));
        var page = await OpenAsync($"/#/tasks/{id}", new() { ViewportSize = new() { Width = 360, Height = 740 } });
        var player = new Player(page);
        await player.Play.ClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(player.Title).ToHaveTextAsync("Scene 2 of 3");
        await Axe.AssertAccessibleAsync(page);
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(player.Title).ToHaveTextAsync("Scene 1 of 3");
        Assert.Equal(0, await page.EvaluateAsync<int>("document.getAnimations().length"));

        await page.Keyboard.PressAsync("f");
        await page.WaitForFunctionAsync("() => document.fullscreenElement?.closest('#player')");
        await page.Keyboard.PressAsync("f");
        await page.WaitForFunctionAsync("() => !document.fullscreenElement");
        await player.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(player.Dialog).ToBeHiddenAsync();
    }

    private static object Storyboard(params int[] seconds) => new
    {
        title = "Storyboard",
        resolution = "1280:720",
        audio_script = new { hook = "Hook", main = "Main", cta = "Call to action" },
        scenes = seconds.Zip(["First", "Second", "Third"], (duration, description) => new { description, duration, image_prompt = "A lake" }),
    };

    /// <summary>The dialog that plays.</summary>
    private sealed class Player(IPage page)
    {
        public ILocator Play => page.Locator("#play");

        public ILocator Dialog => page.GetByRole(AriaRole.Dialog);

        public ILocator Title => Dialog.GetByRole(AriaRole.Heading);

        public ILocator Captions => Dialog.Locator(".captions p");

        public ILocator Pause => page.Locator("#pause");
    }
}
