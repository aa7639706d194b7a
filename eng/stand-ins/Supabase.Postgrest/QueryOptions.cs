namespace Supabase.Postgrest;

/// <summary>How rows are written, and what comes back.</summary>
public class QueryOptions
{
    public enum ReturnType
    {
        Minimal,
        Representation,
    }

    public enum DuplicateResolutionType
    {
        MergeDuplicates,
        IgnoreDuplicates,
    }

    public ReturnType Returning { get; set; } = ReturnType.Representation;

    public DuplicateResolutionType DuplicateResolution { get; set; } = DuplicateResolutionType.MergeDuplicates;

    public bool Upsert { get; set; }

    public string? OnConflict { get; set; }

    /// <summary>The value of the <c>Prefer</c> header.</summary>
    internal string Prefer()
    {
        var returning = Returning == ReturnType.Minimal ? "return=minimal" : "return=representation";
        if (!Upsert)
        {
            return returning;
        }

        return DuplicateResolution == DuplicateResolutionType.MergeDuplicates
            ? $"resolution=merge-duplicates,{returning}"
            : $"resolution=ignore-duplicates,{returning}";
    }
}
