using System.Text.RegularExpressions;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Layout;

/// <summary>Whoever reads a folder need not know those that use it. Told from the text: which names stand in which file.</summary>
public sealed partial class FolderTests
{
    private static readonly string[] Projects = ["", ".Api", ".Core", ".Emulator", ".Local", ".Supabase"];

    public static TheoryData<string> Each => [.. Projects];

    /// <summary>The compiler sees to it between projects.</summary>
    [Theory]
    [MemberData(nameof(Each))]
    public void No_folder_of_a_project_is_used_by_one_that_it_uses(string project)
    {
        var files = Sources(project).ToList();
        var homes = files
            .SelectMany(file => Declaration().Matches(file.Text).Select(type => (Name: type.Groups[1].Value, file.Folder)))
            .Distinct()
            .ToLookup(type => type.Name, type => type.Folder);
        var uses = files
            .SelectMany(file => Name().Matches(file.Text).Select(name => name.Value).Distinct()
                .Where(name => homes[name].Count() == 1)
                .Select(name => (From: file.Folder, To: homes[name].Single())))
            .Where(use => use.From != use.To)
            .ToLookup(use => use.From, use => use.To);

        var circles = files.Select(file => file.Folder).Distinct().Where(folder => Reaches(uses, folder).Contains(folder));

        Assert.NotEmpty(homes);
        Assert.Empty(circles);
    }

    private static HashSet<string> Reaches(ILookup<string, string> uses, string folder)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>([folder]);
        while (open.TryDequeue(out var next))
        {
            foreach (var used in uses[next].Where(reached.Add))
            {
                open.Enqueue(used);
            }
        }

        return reached;
    }

    private static IEnumerable<(string Folder, string Text)> Sources(string project)
    {
        var root = Path.Combine(Repository.Root, "ScenarioFunctions" + project);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Folder: Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!), File: file))
            .Where(source => !source.Folder.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(source => (source.Folder, Ignored().Replace(File.ReadAllText(source.File), "")));
    }

    /// <summary>Comments and text, in which a name uses nothing.</summary>
    [GeneratedRegex(@"//.*|""(\\.|[^""\\\n])*""")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^(?:public |internal )?(?:static |sealed |abstract |readonly |partial )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>A name that is not a member, such as a property which is called as its type is.</summary>
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+(?!\w| \{ (get|init)| = )")]
    private static partial Regex Name();
}
