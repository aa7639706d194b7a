namespace ScenarioFunctions.Local.Cli;

/// <summary>How long the commands wait for what.</summary>
internal sealed record CliPatience
{
    /// <summary>Longest pause between two looks at a task: the server is on this machine.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>How long a server may be away while a task is started or followed.</summary>
    public TimeSpan Server { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the scenes of a cancelled task may take to settle.</summary>
    public TimeSpan Cancel { get; init; } = TimeSpan.FromMinutes(1);
}
