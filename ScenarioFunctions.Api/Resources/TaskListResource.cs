namespace ScenarioFunctions.Api.Resources;

/// <summary>A page of tasks, newest first.</summary>
internal sealed record TaskListResource(IReadOnlyList<TaskResource> Tasks, string? NextCursor);
