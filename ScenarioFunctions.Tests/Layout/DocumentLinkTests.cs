using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Layout;

public sealed partial class DocumentLinkTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md", "CHANGELOG.md", "SECURITY.md",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_document_leads_to_a_file(string document)
    {
        var file = Path.Combine(Repository.Root, document);
        var missing = Link().Matches(File.ReadAllText(file))
            .Select(link => link.Groups[1].Value)
            .Where(path => !path.Contains(':', StringComparison.Ordinal))
            .Where(path => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, path)));

        Assert.Empty(missing);
    }

    [GeneratedRegex(@"\]\(([^)#\s]+)")]
    private static partial Regex Link();
}
