namespace ScenarioFunctions.Local.Engine;

/// <summary>A finished step, as recorded.</summary>
/// <param name="Ordinal">Order in which the task's steps finished.</param>
/// <param name="Position">Order in which the workflow called them, from 0.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Result">Its result, as JSON.</param>
internal sealed record JournalEntry(long Ordinal, int Position, string Step, byte[] Result);
