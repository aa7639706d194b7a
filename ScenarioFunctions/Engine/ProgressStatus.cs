using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// Progress as an orchestration's custom status. It is written small, and only when Durable Task asks for
/// it, which is once per turn of the orchestrator, however many reports a replay repeats.
/// </summary>
[JsonConverter(typeof(ProgressStatusConverter))]
internal sealed record ProgressStatus(WorkflowProgress Progress);
