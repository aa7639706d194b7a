namespace ScenarioFunctions.Core;

/// <summary>Finds the name that a misspelled one may stand for.</summary>
public static class Spelling
{
    /// <summary>Whether it is a misspelling: one letter added, missing, wrong or swapped with the next; two such slips in a long name.</summary>
    public static bool IsSlip(string written, string name)
    {
        var most = name.Length >= 8 ? 2 : 1;
        return name.Length >= 5 && Math.Abs(written.Length - name.Length) <= most && Distance(written, name) <= most;
    }

    /// <summary>How many letters to add, remove, replace or swap with the next.</summary>
    public static int Distance(string one, string other)
    {
        var distances = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }

                var isSame = one[i - 1] == other[j - 1];
                distances[i, j] = Math.Min(
                    Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1, distances[i - 1, j - 1] + (isSame ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
                }
            }
        }

        return distances[one.Length, other.Length];
    }
}
