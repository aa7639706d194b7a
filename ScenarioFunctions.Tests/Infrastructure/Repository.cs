namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests run outside their repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "ScenarioFunctions.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
