using System.Text.Json;
using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Telemetry;

/// <summary>One query of the Grafana dashboard, and what it uses.</summary>
internal sealed partial record DashboardQuery(string Text, bool IsOfTraces)
{
    /// <summary>The series of a PromQL query.</summary>
    public IReadOnlyList<string> Series => [.. SeriesName().Matches(Labels().Replace(Text, "")).Select(name => name.Value)];

    /// <summary>The labels by which a PromQL query selects or groups, with the value if it selects one.</summary>
    public IReadOnlyList<(string Name, string? Value)> UsedLabels =>
    [
        .. Labels().Matches(Text).SelectMany(used => Label().Matches(used.Value))
            .Select(label => (label.Groups["name"].Value, label.Groups["value"].Success ? label.Groups["value"].Value : null))
            .Where(label => label.Item1 is not ("by" or "le")),
    ];

    /// <summary>The attributes that a TraceQL query uses.</summary>
    public IReadOnlyList<string> Attributes => [.. Attribute().Matches(Text).Select(name => name.Groups[1].Value)];

    /// <summary>The span that a TraceQL query looks for.</summary>
    public string SpanName => SpanNamed().Match(Text).Groups[1].Value;

    public static IReadOnlyList<DashboardQuery> ReadAll()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "infra", "grafana", "save-scenario.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.TryGetProperty("expr", out var expression)
                    ? new DashboardQuery(expression.GetString()!, IsOfTraces: false)
                    : new DashboardQuery(target.GetProperty("query").GetString()!, IsOfTraces: true)),
        ];
    }

    /// <summary>What stands in braces, and behind <c>by</c>.</summary>
    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"(?<name>[a-z_]+)(?:=""(?<value>[^""]*)"")?")]
    private static partial Regex Label();

    [GeneratedRegex(@"\b[a-z]+(?:_[a-z]+)+\b(?! ?\()")]
    private static partial Regex SeriesName();

    [GeneratedRegex(@"span\.([a-z_.]+)")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"name = ""([^""]*)""")]
    private static partial Regex SpanNamed();
}
