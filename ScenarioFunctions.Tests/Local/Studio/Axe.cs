using System.Text.Json;
using Microsoft.Playwright;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Studio;

/// <summary>Checks what a page shows against WCAG 2.2 AA, with axe-core.</summary>
internal static class Axe
{
    private const string Run = """
        () => axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].failureSummary}`))
        """;

    public static async Task AssertAccessibleAsync(IPage page)
    {
        var file = Path.Combine(await NpmFolder.InstalledAsync("axe"), "node_modules", "axe-core", "axe.min.js");
        await page.EvaluateAsync($"(() => {{ {await File.ReadAllTextAsync(file)} }})()");
        Assert.Empty((await page.EvaluateAsync<JsonElement>(Run)).EnumerateArray().Select(violation => violation.GetString()));
    }
}
