using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /health</c>: the result of each registered check, without internal details.</summary>
internal sealed class Health(HealthCheckService checks)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var report = await checks.CheckHealthAsync(context.RequestAborted);
        var status = report.Status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        var body = new HealthResource(
            Name(report.Status),
            report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new HealthCheckResource(
                    Name(entry.Value.Status), MessageOf(entry.Value), entry.Value.Data.ContainsKey(RunwayHealthCheck.Emulator))));
        return ApiResponse.Json(status, body, ApiJson.Readable.HealthResource).With("Cache-Control", "no-store");
    }

    /// <summary>For a check that threw, the framework gives the exception's text. It may reveal too much.</summary>
    private static string? MessageOf(HealthReportEntry entry) =>
        entry.Exception is { } e && e.Message == entry.Description ? "The check failed; see the logs." : entry.Description;

    private static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "unavailable",
    };
}
