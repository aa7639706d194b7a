using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core.Json;

/// <summary>Collects every fault of a body by JSON path, so that one answer lists them all, and every correction.</summary>
internal sealed class JsonFaults
{
    /// <summary>More than an honest body has. Keeps the answer to a hostile body small.</summary>
    private const int MaxFaults = 1000;

    private readonly Dictionary<string, IReadOnlyList<string>> byPath = [];
    private readonly List<string> adjustments = [];
    private int count;

    /// <summary>What was corrected while reading, as sentences for people.</summary>
    public IReadOnlyList<string> Adjustments => adjustments;

    public bool Any => count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ByPath => byPath;

    /// <summary>Adds a correction, once: the value is accepted, but not exactly as it was posted.</summary>
    public void Adjusted(string sentence)
    {
        if (!adjustments.Contains(sentence))
        {
            adjustments.Add(sentence);
        }
    }

    /// <param name="path">The position of the value.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that starts with the path: "must be a string".</param>
    public void Add(JsonPath path, string fault)
    {
        if (count < MaxFaults)
        {
            Add(path.ToString(), fault);
        }
    }

    /// <summary>
    /// A fault outside the body: <paramref name="where"/> names a header or a parameter. A field that is read
    /// twice gets its fault once.
    /// </summary>
    public void Add(string where, string fault)
    {
        var faults = byPath.GetValueOrDefault(where, []);
        if (!faults.Contains(fault))
        {
            count++;
            byPath[where] = [.. faults, fault];
        }
    }
}

/// <summary>
/// The position of a value in a body, such as <c>$.scenario.scenes[3].image_prompt</c>. It is a linked list and not
/// text, as most paths are never printed.
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

    /// <summary>The number of objects and arrays around the value.</summary>
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
