using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api.Telemetry;

/// <summary>Whether traces, metrics and logs are exported. OpenTelemetry reads its other standard settings itself.</summary>
/// <param name="IsOn">Whether <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</param>
public sealed record TelemetrySettings(bool IsOn)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Reports what OpenTelemetry would ignore without a word.</summary>
    public static TelemetrySettings Read(SettingsReader reader)
    {
        var endpoint = reader.HttpUrl(Endpoint);
        if (reader.Text(Protocol) is { } protocol and not ("grpc" or "http/protobuf"))
        {
            reader.Fault(Protocol, $"must be grpc or http/protobuf, not '{protocol}'");
        }

        return new TelemetrySettings(endpoint is not null);
    }
}
