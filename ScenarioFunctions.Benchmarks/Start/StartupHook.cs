using ScenarioFunctions.Benchmarks.Start;

/// <summary>
/// .NET calls this in a program that is started with <c>DOTNET_STARTUP_HOOKS</c>. It writes which methods were compiled in this run: a
/// profile, from which they are compiled ahead by the next publish.
/// </summary>
internal static class StartupHook
{
    /// <summary>The environment variable with the file to write.</summary>
    public const string FileVariable = "START_PROFILE_FILE";

    /// <summary>The events come a moment later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void Initialize()
    {
        var methods = new CompiledMethods();
        var file = Environment.GetEnvironmentVariable(FileVariable)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Thread.Sleep(Patience);
            new ProfileFile(methods.Find()).Save(file);
        };
    }
}
