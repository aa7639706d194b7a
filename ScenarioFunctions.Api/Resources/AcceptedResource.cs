using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api.Resources;

/// <summary>The answer to a scenario that was taken.</summary>
internal sealed record AcceptedResource(
    string TaskId, string TaskType, TaskState Status, string Message, string StatusUrl);
