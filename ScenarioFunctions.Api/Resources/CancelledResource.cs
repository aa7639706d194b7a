using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api.Resources;

/// <summary>The answer to a cancel.</summary>
internal sealed record CancelledResource(string TaskId, TaskState Status, string Message);
