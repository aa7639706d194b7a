using System.Text;
using System.Text.RegularExpressions;
using ScenarioFunctions.Api.Studio;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Tests.Api.Studio;

/// <summary>What must hold of the page's files, whoever changes them.</summary>
public sealed partial class StudioPageTests
{
    private const int MostBytes = 120_000;

    private static readonly Dictionary<string, string> Files = ReadFiles();

    public static TheoryData<string> ReasonCodes() =>
        [.. EnumNames.All<SceneReason>()];

    [Fact]
    public void All_files_together_are_under_120_KB() =>
        Assert.InRange(Files.Values.Sum(Encoding.UTF8.GetByteCount), 1, MostBytes);

    [Theory]
    [MemberData(nameof(ReasonCodes))]
    public void Every_reason_has_plain_words(string code) => Assert.Contains($"\n  {code}: [", Files["reasons.js"]);

    [Fact]
    public void No_file_names_another_host() =>
        Assert.All(
            Files.Where(file => file.Key != "icon.svg"),
            file => Assert.DoesNotMatch("""["'(]\s*(https?:)?//""", file.Value));

    [Fact]
    public void The_page_holds_no_inline_script_or_style()
    {
        var html = Files["index.html"];

        Assert.DoesNotContain("<style", html);
        Assert.DoesNotMatch(@"\s(style|on\w+)=", html);
        Assert.All(Script().Matches(html), script => Assert.Contains(" src=", script.Value));
    }

    [Fact]
    public void No_text_can_become_markup() =>
        Assert.All(
            Files.Where(file => file.Key.EndsWith(".js", StringComparison.Ordinal)),
            file => Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document.write|eval\\(|DOMParser", file.Value));

    [Fact]
    public void Every_module_that_is_imported_is_there() =>
        Assert.All(
            Files.Values.SelectMany(text => Import().Matches(text)).Select(import => import.Groups[1].Value),
            module => Assert.Contains(module, Files.Keys));

    private static Dictionary<string, string> ReadFiles()
    {
        var assembly = typeof(StudioFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("studio/", StringComparison.Ordinal) && name.Count(sign => sign == '/') == 1)
            .ToDictionary(name => name["studio/".Length..], name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd();
            });
    }

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();

    [GeneratedRegex(@"from '\./([\w.-]+)'")]
    private static partial Regex Import();
}
