namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Every fault of a body, by JSON path, so that one answer can tell them all.</summary>
internal sealed class JsonFaults
{
    /// <summary>More than any honest body has; keeps the answer to a hostile one small.</summary>
    private const int Most = 1000;

    private readonly Dictionary<string, IReadOnlyList<string>> byPath = [];
    private int count;

    public bool Any => count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ByPath => byPath;

    /// <param name="path">Where; its text is made here only.</param>
    /// <param name="fault">What is wrong, to be read after the path: "must be a string".</param>
    public void Add(JsonPath path, string fault)
    {
        if (count < Most)
        {
            Add(path.ToString(), fault);
        }
    }

    /// <summary>
    /// A fault outside the body: <paramref name="where"/> names a header or a parameter. A field that is read
    /// twice has its fault once.
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
