using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class HealthTests
{
    [Theory]
    [InlineData(HealthStatus.Healthy, HttpStatusCode.OK, "ok")]
    [InlineData(HealthStatus.Degraded, HttpStatusCode.OK, "degraded")]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable, "unavailable")]
    public async Task Health_is_that_of_the_worst_check(HealthStatus images, HttpStatusCode expected, string name)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "secret" }, checks: checks => checks
            .AddCheck("database", () => HealthCheckResult.Healthy())
            .AddCheck("images", () => new HealthCheckResult(images, "gen4_image")));
        var response = await server.GetAsync("/health");
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(
            """{"status":"NAME","checks":{"database":{"status":"ok"},"images":{"status":"NAME","message":"gen4_image"}}}"""
                .Replace("NAME", name, StringComparison.Ordinal),
            (await response.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_check_that_throws_tells_nothing_of_its_inside()
    {
        await using var server = await ApiServer.StartAsync(checks: checks => checks
            .AddCheck("database", () => throw new InvalidOperationException("Password=hunter2")));
        var response = await server.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.DoesNotContain("hunter2", (await response.JsonAsync()).ToJsonString(), StringComparison.Ordinal);
    }
}
