namespace Supabase.Postgrest.Attributes;

/// <summary>Maps a model to a table.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class TableAttribute(string tableName) : Attribute
{
    public string Name { get; set; } = tableName;
}
