using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Api.Telemetry;

/// <summary>Exports what the service, ASP.NET Core, HttpClient and the runtime measure, by OTLP.</summary>
public static class TelemetryExport
{
    /// <summary>The default of <c>OTEL_SERVICE_NAME</c>.</summary>
    private const string ServiceName = "save-scenario";

    /// <param name="services">Where it is added. The exporter reads its settings from the <c>IConfiguration</c> in it.</param>
    /// <param name="isOwnCall">Whether a request comes from the service itself, and so gets no span.</param>
    public static IOpenTelemetryBuilder AddTelemetryExport(
        this IServiceCollection services, Func<HttpContext, bool>? isOwnCall = null)
    {
        services.AddHostedService<TelemetryFlush>();

        // The other lines tell what the spans tell, and cost more than these.
        services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Warning));
        return services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName, serviceVersion: Version)
                .AddEnvironmentVariableDetector()) // after the defaults, so that OTEL_SERVICE_NAME has precedence
            .WithTracing(traces => traces
                .AddSource(ServiceTelemetry.Name)
                .AddAspNetCoreInstrumentation(options => options.Filter = context =>
                    context.Request.Path != "/health" && isOwnCall?.Invoke(context) != true)
                .AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics
                .AddMeter(ServiceTelemetry.Name)
                .SetExemplarFilter(ExemplarFilterType.TraceBased) // leads from a slow image in a histogram to its trace
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .WithLogging(null, logs => (logs.IncludeScopes, logs.IncludeFormattedMessage) = (true, true))
            .UseOtlpExporter();
    }

    private static string? Version => typeof(TelemetryExport).Assembly.GetName().Version?.ToString(fieldCount: 3);
}

/// <summary>
/// Sends what is left when the host stops. On disposal OpenTelemetry would wait 5 s for each kind, which is all the time that a
/// stop may take: a collector that does not answer must not prolong it.
/// </summary>
internal sealed class TelemetryFlush(TracerProvider traces, MeterProvider metrics, LoggerProvider logs) : IHostedLifecycleService
{
    private const int PatienceMilliseconds = 1_000;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => traces.Shutdown(PatienceMilliseconds), CancellationToken.None),
        Task.Run(() => metrics.Shutdown(PatienceMilliseconds), CancellationToken.None),
        Task.Run(() => logs.Shutdown(PatienceMilliseconds), CancellationToken.None));
}
