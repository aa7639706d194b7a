using System.Globalization;
using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure.Otlp.Protocol;

namespace ScenarioFunctions.Tests.Infrastructure.Otlp;

/// <summary>
/// A series that Prometheus makes of a metric: dots become underscores, the unit and <c>_total</c> are added, and a histogram is
/// three series. Units in braces only explain, and are left out.
/// </summary>
/// <param name="Name">Such as <c>scenario_images_total</c>.</param>
/// <param name="Labels">In braces.</param>
internal sealed partial record PrometheusSeries(string Name, string Labels)
{
    /// <returns>Each series with its last value.</returns>
    public static IReadOnlyDictionary<PrometheusSeries, double> Of(IEnumerable<Metric> metrics)
    {
        var last = new Dictionary<PrometheusSeries, double>();
        foreach (var (series, value) in metrics.SelectMany(PointsOf))
        {
            last[series] = value;
        }

        return last;
    }

    private static IEnumerable<(PrometheusSeries Series, double Value)> PointsOf(Metric metric)
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
            Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.SelectMany(point => PointsOf(name, point)),
            Metric.DataOneofCase.Sum => metric.Sum.DataPoints
                .Select(point => PointOf(metric.Sum.IsMonotonic ? $"{name}_total" : name, point)),
            _ => metric.Gauge.DataPoints.Select(point => PointOf(name, point)),
        };
    }

    private static (PrometheusSeries Series, double Value) PointOf(string name, NumberDataPoint point) => (
        new(name, LabelsOf(point.Attributes)),
        point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble);

    /// <summary>A bucket of Prometheus counts all that is at most its bound, so the buckets below it, too.</summary>
    private static IEnumerable<(PrometheusSeries Series, double Value)> PointsOf(string name, HistogramDataPoint point)
    {
        var count = 0.0;
        var bounds = point.ExplicitBounds.Select(bound => bound.ToString(CultureInfo.InvariantCulture)).Append("+Inf");
        foreach (var (bound, inBucket) in bounds.Zip(point.BucketCounts))
        {
            count += inBucket;
            yield return (new($"{name}_bucket", LabelsOf(point.Attributes, ("le", bound))), count);
        }

        yield return (new($"{name}_sum", LabelsOf(point.Attributes)), point.Sum);
        yield return (new($"{name}_count", LabelsOf(point.Attributes)), point.Count);
    }

    private static string LabelsOf(IReadOnlyList<KeyValue> attributes, params (string Name, string Value)[] more)
    {
        var labels = attributes.Select(attribute => (Name: Escape(attribute.Key), Value: attributes.Text(attribute.Key)))
            .Concat(more)
            .Append(("job", "save-scenario"))
            .Select(label => $"{label.Item1}=\"{label.Item2.Replace("\\", @"\\").Replace("\"", "\\\"")}\"");
        return $"{{{string.Join(",", labels.Order(StringComparer.Ordinal))}}}";
    }

    private static string Escape(string name) => NotAllowed().Replace(name, "_");

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex NotAllowed();
}
