namespace ScenarioFunctions.Benchmarks.Studio;

/// <summary>What a page's main thread did.</summary>
/// <param name="Process">Its id.</param>
/// <param name="LongestCpu">The most of the processor's time that one task took, in ms.</param>
/// <param name="LongestClock">The most time from a task's start to its end, in ms.</param>
internal sealed record MainThread(int Process, double LongestCpu, double LongestClock);
