using System.Runtime.CompilerServices;

namespace Supabase.Postgrest.Attributes;

/// <summary>Maps a property to a column.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class ColumnAttribute([CallerMemberName] string? columnName = null) : Attribute
{
    public string ColumnName { get; } = columnName!;
}
