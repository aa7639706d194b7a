using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>The view of all tasks.</summary>
internal sealed partial class TaskListPage(IPage page)
{
    public ILocator Rows => page.GetByRole(AriaRole.List, new() { Name = "Tasks, newest first" }).GetByRole(AriaRole.Listitem);

    public ILocator RowOf(string id) => page.Locator($".rows li:has(a[href$='{id}'])");

    public ILocator Search => page.GetByRole(AriaRole.Searchbox, new() { Name = "Search title, user or short id" });

    public ILocator More => page.GetByRole(AriaRole.Button, new() { NameRegex = MoreName() });

    public ILocator State => page.Locator(".state");

    public ILocator Filter(string name) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Filter by status" }).GetByRole(AriaRole.Link, new() { Name = name });

    [GeneratedRegex("^(Load more|Search older tasks)$")]
    private static partial Regex MoreName();
}
