using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure.Otlp.Protocol;

namespace ScenarioFunctions.Tests.Infrastructure.Otlp;

/// <summary>
/// The series that Prometheus makes of metrics: dots become underscores, the unit and <c>_total</c> are added, and a histogram is
/// three series. Units in braces only explain, and are left out.
/// </summary>
internal static partial class PrometheusNames
{
    /// <returns>The label names with their values, by series.</returns>
    public static ILookup<string, KeyValuePair<string, string>> SeriesOf(IEnumerable<Metric> metrics) => metrics
        .SelectMany(metric => NamesOf(metric).SelectMany(name => PointsOf(metric)
            .SelectMany(labels => labels.Select(label => (Name: name, Label: KeyValuePair.Create(Escape(label.Key), labels.Text(label.Key)))))
            .Append((Name: name, Label: KeyValuePair.Create("job", "")))))
        .Distinct()
        .ToLookup(one => one.Name, one => one.Label);

    private static IEnumerable<string> NamesOf(Metric metric)
    {
        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = Escape(metric.Name) + unit;
        return metric.DataCase switch
        {
            Metric.DataOneofCase.Histogram => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            Metric.DataOneofCase.Sum when metric.Sum.IsMonotonic => [$"{name}_total"],
            _ => [name],
        };
    }

    private static IEnumerable<IReadOnlyList<KeyValue>> PointsOf(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(point => point.Attributes),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(point => point.Attributes),
        _ => metric.Gauge.DataPoints.Select(point => point.Attributes),
    };

    private static string Escape(string name) => NotAllowed().Replace(name, "_");

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex NotAllowed();
}
