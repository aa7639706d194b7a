using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace ScenarioFunctions.Tests.Azure.Hosting;

/// <summary>The feed of stand-ins is built from the sources beside it.</summary>
public sealed class StandInFeedTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../../../eng/stand-ins"));

    public static TheoryData<string> Packages() =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Where(name => name != "feed")];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_of_the_feed_holds_the_sources_of_its_folder(string package)
    {
        using var nupkg = ZipFile.OpenRead(Path.Combine(Folder, "feed", $"{package}.9999.0.0.nupkg"));
        var packed = nupkg.Entries
            .Where(entry => entry.FullName.StartsWith("src/", StringComparison.Ordinal))
            .ToDictionary(entry => entry.FullName[4..], Read, StringComparer.Ordinal);
        var sources = Sources(Path.Combine(Folder, package));

        Assert.True(
            sources.Count == packed.Count && sources.All(file => packed.GetValueOrDefault(file.Key) == file.Value),
            "The feed differs from its sources: run eng/stand-ins/pack.sh.");
    }

    [Fact]
    public void The_feed_holds_no_other_package()
    {
        var feed = Directory.GetFiles(Path.Combine(Folder, "feed")).Select(Path.GetFileName);

        Assert.Equal(
            Packages().Select(row => $"{row.Data}.9999.0.0.nupkg").Order(StringComparer.Ordinal),
            feed.Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, string> Sources(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
        .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal))
        .ToDictionary(file => file, file => Plain(File.ReadAllText(Path.Combine(folder, file))), StringComparer.Ordinal);

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return Plain(reader.ReadToEnd());
    }

    private static string Plain(string text) => text.ReplaceLineEndings("\n");

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
