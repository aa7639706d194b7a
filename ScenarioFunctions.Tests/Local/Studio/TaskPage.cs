using Microsoft.Playwright;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>The view of one task.</summary>
internal sealed class TaskPage(IPage page)
{
    public ILocator Title => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Status => page.Locator(".progress .badge");

    public ILocator Outcome => page.Locator(".outcome");

    /// <summary>What stands in the way of more pictures.</summary>
    public ILocator Short => page.Locator(".short");

    public ILocator MakeMissing => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Make \\d+ missing") });

    public ILocator TellMe => page.Locator("#tell");

    public ILocator RedoDialog => page.GetByRole(AriaRole.Dialog).Filter(new() { HasText = "another picture" });

    public ILocator TryAgain(int scene) => page.GetByRole(AriaRole.Button, new() { Name = $"Try again (2 credits), scene {scene}", Exact = true });

    public ILocator EditPrompt(int scene) => page.GetByRole(AriaRole.Button, new() { Name = $"Edit prompt and redo, scene {scene}", Exact = true });

    public ILocator Version(int version, int scene) =>
        page.GetByRole(AriaRole.Button, new() { Name = $"Show picture {version} of scene {scene}", Exact = true });

    public ILocator Progress => page.GetByRole(AriaRole.Progressbar);

    public ILocator Cards => page.GetByRole(AriaRole.List, new() { Name = "Scenes" }).Locator("> li");

    /// <summary>Those that are drawn: the others are too far from the screen, or could not be loaded.</summary>
    public ILocator Pictures => page.Locator(".picture.loaded");

    public ILocator Cancel => page.Locator("#cancel");

    public ILocator Again => page.GetByRole(AriaRole.Button, new() { Name = "Edit and start again" });

    public ILocator Banner => page.Locator("#banner");

    public ILocator CancelDialog => page.GetByRole(AriaRole.Dialog, new() { Name = "Cancel this task?" });

    public ILocator Viewer => page.GetByRole(AriaRole.Dialog).Filter(new() { HasText = "picture" });

    public ILocator Live => page.Locator("#live");
}
