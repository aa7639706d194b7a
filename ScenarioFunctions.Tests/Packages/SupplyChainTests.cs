using System.Text.Json;
using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Packages;

/// <summary>What is built on is pinned, and what builds it may change nothing that it need not.</summary>
public sealed partial class SupplyChainTests
{
    private static readonly string[] NpmFolders = [.. Directory
        .GetFiles(Path.Combine(Repository.Root, "eng"), "package.json", SearchOption.AllDirectories)
        .Where(file => !file.Contains("node_modules", StringComparison.Ordinal))
        .Select(file => Path.GetRelativePath(Path.Combine(Repository.Root, "eng"), Path.GetDirectoryName(file)!).Replace('\\', '/'))];

    public static TheoryData<string> Workflows =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows")).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_by_its_commit_and_tells_its_version(string workflow)
    {
        var actions = Lines(Workflow(workflow)).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(actions);
        Assert.All(actions, action => Assert.Matches(PinnedAction(), action));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_only_read_but_for_what_its_release_needs(string workflow)
    {
        var text = Workflow(workflow);
        var writes = Lines(text).Select(line => line.Split('#')[0].Trim()).Where(line => line.EndsWith("write", StringComparison.Ordinal));

        Assert.Contains("\npermissions:\n  contents: read\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("write-all", text, StringComparison.Ordinal);
        Assert.Equal(
            workflow == "release.yml" ? ["id-token: write", "attestations: write", "contents: write"] : [], writes);
    }

    [Fact]
    public void Nothing_is_built_with_whatever_is_the_latest()
    {
        string[] files =
        [
            .. Directory.GetFiles(Path.Combine(Repository.Root, ".github"), "*.yml", SearchOption.AllDirectories),
            .. Directory.GetFiles(Repository.Root, "*.yml"),
            .. Directory.GetFiles(Path.Combine(Repository.Root, "eng"), "*.sh"),
            Path.Combine(Repository.Root, ".ci", "run"),
        ];

        Assert.All(files, file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("latest", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch(@"npm (install|i) |npx ", text);
            Assert.All(Lines(text).Where(line => line.Contains("image:", StringComparison.Ordinal)), line => Assert.Matches(@":\d+\.\d+\.\d+$", line));
        });
    }

    [Fact]
    public void Dependabot_watches_everything_that_is_pinned()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, ".github", "dependabot.yml"));

        Assert.All(
            (string[])["github-actions", "nuget", "dotnet-sdk", "npm", "docker-compose"],
            ecosystem => Assert.Contains($"package-ecosystem: {ecosystem}\n", text, StringComparison.Ordinal));
        Assert.NotEmpty(NpmFolders);
        Assert.All(NpmFolders, folder =>
        {
            Assert.Contains($"/eng/{folder}", text, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Repository.Root, "eng", folder, "package-lock.json")), folder);
        });
    }

    [Fact]
    public void A_release_is_built_from_a_tag_and_everything_in_it_is_attested()
    {
        var text = Workflow("release.yml");

        Assert.Contains("on:\n  push:\n    tags: [\"v*.*.*\"]\n", text, StringComparison.Ordinal);
        var build = text.IndexOf("run: eng/release.sh release", StringComparison.Ordinal);
        var attest = text.IndexOf("actions/attest-build-provenance@", StringComparison.Ordinal);
        var upload = text.IndexOf("actions/upload-artifact@", StringComparison.Ordinal);
        Assert.True(0 < build && build < attest && attest < upload);
        Assert.Contains("subject-path: release/*\n", text, StringComparison.Ordinal);
        Assert.Contains("eng/sbom.sh", File.ReadAllText(Path.Combine(Repository.Root, "eng", "release.sh")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_that_writes_the_bill_of_materials_is_of_one_version()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, ".config", "dotnet-tools.json")));

        var tool = manifest.RootElement.GetProperty("tools").GetProperty("cyclonedx");
        Assert.Matches(@"^\d+\.\d+\.\d+$", tool.GetProperty("version").GetString());
        Assert.False(tool.GetProperty("rollForward").GetBoolean());
    }

    [Fact]
    public void The_licence_is_MIT_and_the_way_to_report_a_vulnerability_is_told()
    {
        Assert.StartsWith("MIT License", File.ReadAllText(Path.Combine(Repository.Root, "LICENSE")), StringComparison.Ordinal);
        Assert.Contains("Report a vulnerability", File.ReadAllText(Path.Combine(Repository.Root, "SECURITY.md")), StringComparison.Ordinal);
    }

    private static string Workflow(string name) => File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", name));

    private static string[] Lines(string text) => text.Split('\n');

    [GeneratedRegex(@"^\s*(- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex PinnedAction();
}
