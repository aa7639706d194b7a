using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>
/// Where a value is in a body, such as <c>$.scenario.scenes[3].image_prompt</c>. A chain of links rather
/// than text, as nearly all paths are walked and never told.
/// </summary>
internal sealed partial class JsonPath
{
    private const int LongestNameTold = 64;

    private readonly JsonPath? parent;
    private readonly string? name;
    private readonly int index;

    private JsonPath(JsonPath? parent, string? name, int index)
    {
        (this.parent, this.name, this.index) = (parent, name, index);
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    public static JsonPath Root { get; } = new(null, null, 0);

    /// <summary>How many objects and arrays the value lies in.</summary>
    public int Depth { get; }

    public JsonPath Property(string property) => new(this, property, 0);

    /// <param name="position">0-based.</param>
    public JsonPath Item(int position) => new(this, null, position);

    public override string ToString() => parent is null ? "$" : $"{parent}{Segment()}";

    private string Segment()
    {
        if (name is null)
        {
            return $"[{index}]";
        }

        if (PlainName().IsMatch(name))
        {
            return $".{name}";
        }

        var told = name.Length <= LongestNameTold ? name : name[..LongestNameTold] + "…";
        return $"['{told.Replace("'", "\\'", StringComparison.Ordinal)}']";
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    private static partial Regex PlainName();
}
