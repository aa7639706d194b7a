using System.Text.Json;
using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Telemetry;

/// <summary>One query of the Grafana dashboard, and what it uses.</summary>
internal sealed partial record DashboardQuery(string Text, bool IsOfTraces)
{
    /// <summary>The series of a PromQL query.</summary>
    public IReadOnlyList<string> Series => [.. SeriesName().Matches(Labels().Replace(Text, "")).Select(name => name.Value)];

    /// <summary>The labels by which a PromQL query groups. It has an answer without them, too: one line in place of several.</summary>
    public IReadOnlyList<string> Grouping =>
        [.. Group().Matches(Text).SelectMany(group => group.Groups[1].Value.Split(", ")).Where(label => label is not "le")];

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
                    ? new DashboardQuery(expression.GetString()!.Replace("$__rate_interval", "1m"), IsOfTraces: false)
                    : new DashboardQuery(target.GetProperty("query").GetString()!, IsOfTraces: true)),
        ];
    }

    /// <summary>What stands in braces, and behind <c>by</c>.</summary>
    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Group();

    [GeneratedRegex(@"\b[a-z]+(?:_[a-z]+)+\b(?! ?\()")]
    private static partial Regex SeriesName();

    [GeneratedRegex(@"span\.([a-z_.]+)")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"name = ""([^""]*)""")]
    private static partial Regex SpanNamed();
}
