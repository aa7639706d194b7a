using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;
using Supabase.Postgrest.Attributes;

namespace Supabase.Postgrest;

/// <summary>Writes and reads a model by its columns' names.</summary>
internal sealed class ColumnContractResolver(bool upsert) : DefaultContractResolver
{
    public static string? ColumnOf(MemberInfo member) =>
        member.GetCustomAttribute<ColumnAttribute>()?.ColumnName
        ?? member.GetCustomAttribute<PrimaryKeyAttribute>()?.ColumnName;

    protected override JsonProperty CreateProperty(MemberInfo member, MemberSerialization memberSerialization)
    {
        var property = base.CreateProperty(member, memberSerialization);
        property.PropertyName = ColumnOf(member) ?? property.PropertyName;

        if (member.GetCustomAttribute<PrimaryKeyAttribute>() is { ShouldInsert: false })
        {
            property.ShouldSerialize = _ => upsert;
        }

        return property;
    }
}
