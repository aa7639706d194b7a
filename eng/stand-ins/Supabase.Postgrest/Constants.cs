namespace Supabase.Postgrest;

/// <summary>Words of PostgREST's query language.</summary>
public static class Constants
{
    public enum Operator
    {
        Equals,
    }

    public enum Ordering
    {
        Ascending,
        Descending,
    }

    public enum NullPosition
    {
        First,
        Last,
    }

    public enum CountType
    {
        Exact,
        Planned,
        Estimated,
    }
}
