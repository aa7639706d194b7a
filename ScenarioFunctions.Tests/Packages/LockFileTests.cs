using System.Text.Json;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Packages;

public sealed class LockFileTests
{
    private static readonly string[] Ours = ["Supabase", "Supabase.Postgrest"];

    public static TheoryData<string> LockFiles() =>
        [.. Files("*.lock.json").Select(file => Path.GetRelativePath(Repository.Root, file))];

    // NuGet warns of it (NU1603) only where there is no lock file.
    [Theory]
    [MemberData(nameof(LockFiles))]
    public void Every_package_has_a_version_that_is_asked_for(string file)
    {
        using var content = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, file)));
        foreach (var framework in content.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            var asked = framework.Value.EnumerateObject().SelectMany(Asks).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var other = framework.Value.EnumerateObject()
                .Where(package => package.Value.TryGetProperty("resolved", out _))
                .Select(package => $"{package.Name} {Version(package.Value.GetProperty("resolved"))}")
                .Where(package => !asked.Contains(package));

            Assert.Empty(other);
        }
    }

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        Assert.All(Files("*.csproj"), project => Assert.True(
            File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), project));
    }

    [Fact]
    public void No_file_names_a_package_source()
    {
        Assert.Empty(Files("nuget.config"));
        Assert.All(Files("*.lock.json"), file => Assert.DoesNotContain("://", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Only_Supabase_has_stand_ins()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "eng", "stand-ins"));

        Assert.Equal(Ours, folders.Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Asks(JsonProperty package)
    {
        if (package.Value.TryGetProperty("requested", out var requested))
        {
            yield return $"{package.Name} {Version(requested)}";
        }

        if (package.Value.TryGetProperty("dependencies", out var dependencies))
        {
            foreach (var dependency in dependencies.EnumerateObject())
            {
                yield return $"{dependency.Name} {Version(dependency.Value)}";
            }
        }
    }

    // "[2.1.0, )", "2.1.0" and "2.1" are one version.
    private static string Version(JsonElement text)
    {
        var least = text.GetString()!.Trim('[', '(', ']', ')', ' ').Split(',')[0];
        var numbers = least.Split('-')[0];
        return numbers.Count(character => character == '.') == 1 ? least.Replace(numbers, numbers + ".0", StringComparison.Ordinal) : least;
    }

    private static IEnumerable<string> Files(string pattern) => Directory
        .EnumerateFiles(Repository.Root, pattern, new EnumerationOptions { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive })
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
