namespace ScenarioFunctions.Core.Tasks;

/// <summary>Which tasks to list, newest first.</summary>
/// <param name="State">Only those in this state; null for all.</param>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">Opaque: <see cref="TaskPage.NextCursor"/> of the page before; null for the first page.</param>
public sealed record TaskQuery(TaskState? State, int Limit, string? Cursor);
