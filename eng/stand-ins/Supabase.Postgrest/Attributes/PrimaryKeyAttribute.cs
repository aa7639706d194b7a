using System.Runtime.CompilerServices;

namespace Supabase.Postgrest.Attributes;

/// <summary>Maps a property to the primary key; it is sent on insert only with <see cref="ShouldInsert"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class PrimaryKeyAttribute([CallerMemberName] string? columnName = null, bool shouldInsert = false) : Attribute
{
    public string ColumnName { get; } = columnName!;

    public bool ShouldInsert { get; } = shouldInsert;
}
