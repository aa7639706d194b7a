namespace ScenarioFunctions.Local.Cli;

/// <summary>What the process returns to its shell.</summary>
internal static class ExitCodes
{
    public const int Completed = 0;
    public const int Failed = 1;
    public const int BadInput = 2;

    /// <summary>By Ctrl+C, as shells have it: 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}
