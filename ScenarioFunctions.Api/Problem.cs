using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>A problem of RFC 9457.</summary>
internal sealed record Problem
{
    /// <summary>Stable: <c>urn:save-scenario:problem:</c> and a code in snake_case.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>Faults by JSON path, or by the name of a header or parameter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>The state that the task had already ended in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskState? TaskStatus { get; init; }

    /// <summary>Finds the cause in the logs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}
