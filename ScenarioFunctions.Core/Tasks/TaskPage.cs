namespace ScenarioFunctions.Core.Tasks;

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Tasks">At most as many as asked for.</param>
/// <param name="NextCursor">Leads to the next page; null on the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskSnapshot> Tasks, string? NextCursor);
