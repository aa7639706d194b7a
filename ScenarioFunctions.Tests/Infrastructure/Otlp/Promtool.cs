using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ScenarioFunctions.Tests.Infrastructure.Otlp;

/// <summary>Runs queries in Prometheus itself: its <c>promtool</c> evaluates them over given series, without a server.</summary>
internal static class Promtool
{
    /// <summary>Whether it is installed.</summary>
    public static bool IsHere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "promtool")));

    /// <summary>Checks that each query has an answer with a number in it, 15 s after all series were 0.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static async Task<string> FindUnansweredAsync(
        IEnumerable<string> queries, IReadOnlyDictionary<PrometheusSeries, double> series, string folder)
    {
        var file = Path.Combine(folder, "queries.yml"); // JSON is YAML
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(new
        {
            evaluation_interval = "15s",
            tests = new[]
            {
                new
                {
                    interval = "15s",
                    input_series = series.Select(one => new
                    {
                        series = one.Key.Name + one.Key.Labels,
                        values = string.Create(CultureInfo.InvariantCulture, $"0 {one.Value}"),
                    }),
                    promql_expr_test = queries.Select(query => new
                    {
                        expr = $"count(({query}) >= 0) >= bool 1", // no answer stays none, and NaN is not >= 0
                        eval_time = "15s",
                        exp_samples = new[] { new { labels = "{}", value = 1 } },
                    }),
                },
            },
        }));
        using var process = Process.Start(new ProcessStartInfo("promtool", ["test", "rules", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new Win32Exception("promtool did not start.");
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : string.Concat(texts);
    }
}
