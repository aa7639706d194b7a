using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// Everything that a task depends on. This includes the settings that affect it, so that a change of settings does not
/// change a running task.
/// </summary>
public sealed record SaveScenarioInput
{
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required Scenario Scenario { get; init; }

    /// <summary>
    /// The stored scenario whose images are made again: those of <see cref="Scenario"/>'s scenes, which then tell their
    /// number and size only. Null saves a new scenario.
    /// </summary>
    public Guid? ScenarioId { get; init; }

    /// <summary>Whether the scenario has a <see cref="SharedLook"/>, or null: version 0.1.0 had none, whatever a scenario's metadata says.</summary>
    public bool? HasLook { get; init; }

    /// <summary>Whether the task failed and is continued; null until then.</summary>
    public bool? IsResumed { get; init; }

    /// <summary>
    /// The version of the workflow that the task runs in: see <see cref="WorkflowVersions"/>. Null is the first version; on the embedded
    /// host, the version is in the task's row.
    /// </summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>The price of one image.</summary>
    public required int CreditsPerImage { get; init; }

    /// <summary>How many images are made at once, at least 1.</summary>
    public required int MaxParallelImages { get; init; }

    /// <summary>SHA-256 of the posted request, in hex.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The span that posted the task, as W3C's <c>traceparent</c>. Null when nobody traced it, and in tasks of version 0.1.0.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Where the end of the task is reported; null when nobody asked for that.</summary>
    public TaskCallback? Callback { get; init; }
}

/// <summary>Where the end of a task is reported with a webhook.</summary>
/// <param name="Url">As posted. Its path and query may be secret: only its origin is logged or shown.</param>
/// <param name="BaseUrl">The base of the URLs in the report: the address that the task was posted to.</param>
/// <param name="Run">How often the task was continued after a failure. The end of each run is an event of its own.</param>
public sealed record TaskCallback(string Url, string BaseUrl, int Run = 0)
{
    [JsonIgnore]
    public string Origin => Uri.TryCreate(Url, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority) : "";

    public override string ToString() => Origin;
}

/// <summary>The result of a completed task.</summary>
public sealed record SaveScenarioResult
{
    public required Guid ScenarioId { get; init; }
    public required int SceneCount { get; init; }
    public required int ImagesGenerated { get; init; }
    public required int CreditsCharged { get; init; }
    public required IReadOnlyList<SceneProgress> Scenes { get; init; }

    /// <summary>RunwayML credits that all generations cost; null when RunwayML did not say.</summary>
    public int? ImageServiceCredits { get; init; }
}
