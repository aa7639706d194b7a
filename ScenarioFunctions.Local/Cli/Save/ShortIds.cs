using System.Text.RegularExpressions;

namespace ScenarioFunctions.Local.Cli.Save;

/// <summary>Makes a short id where none is given.</summary>
internal static partial class ShortIds
{
    private const int Longest = 128;
    private const string Fallback = "scenario";

    /// <summary>The file's name without its ending, made a valid id: <c>Été 2025.json</c> gives <c>t-2025</c>.</summary>
    public static string FromFile(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var id = NotInIds().Replace(name, "-").Trim('-', '.');
        return id switch
        {
            "" => Fallback,
            { Length: > Longest } => id[..Longest],
            _ => id,
        };
    }

    [GeneratedRegex("[^A-Za-z0-9_.:-]+")]
    private static partial Regex NotInIds();
}
