using System.Text.Json.Serialization;

namespace ScenarioFunctions.Api.Resources;

/// <summary>How one dependency is.</summary>
/// <param name="Status">As of the whole.</param>
/// <param name="Message">For a person; left out when there is nothing to say.</param>
internal sealed record HealthCheckResource(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message);
