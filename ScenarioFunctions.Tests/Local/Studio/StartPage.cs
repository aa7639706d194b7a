using Microsoft.Playwright;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>The view where a task is started.</summary>
internal sealed class StartPage(IPage page)
{
    public ILocator Sample => Samples.Filter(new() { HasText = "A Quiet Morning" });

    public ILocator Samples => page.GetByRole(AriaRole.Group, new() { Name = "Samples" }).GetByRole(AriaRole.Button);

    public ILocator Scenario => page.GetByLabel("Scenario as JSON");

    public ILocator User => page.GetByLabel("User", new() { Exact = true });

    public ILocator ShortId => page.GetByLabel("Short id");

    public ILocator Cost => page.Locator("#cost");

    public ILocator Start => page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });

    public ILocator SaveWithoutPictures => page.GetByRole(AriaRole.Button, new() { Name = "Save without pictures" });

    /// <summary>What is wrong with the text that is being written.</summary>
    public ILocator Fault => page.Locator("#scenario-fault");

    /// <summary>What is to put right, beside the button that starts.</summary>
    public ILocator Advice => page.Locator("#refusal");

    public ILocator Refusal => page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Not started" });

    public ILocator Outline => page.GetByRole(AriaRole.List, new() { Name = "Scenes" }).Locator("> li");

    public Task<string> SelectionAsync() =>
        Scenario.EvaluateAsync<string>("text => text.value.slice(text.selectionStart, text.selectionEnd)");
}
