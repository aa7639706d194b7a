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
        var file = Path.Combine(Repository.Root, "eng", "axe", "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(file))
        {
            Assert.True(Environment.GetEnvironmentVariable("CI") is null, "CI must have axe-core.");
            Assert.Skip("No axe-core: install it with 'npm ci --prefix eng/axe'.");
        }

        await page.EvaluateAsync($"(() => {{ {await File.ReadAllTextAsync(file)} }})()");
        Assert.Empty((await page.EvaluateAsync<JsonElement>(Run)).EnumerateArray().Select(violation => violation.GetString()));
    }
}
