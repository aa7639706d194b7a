using System.Text.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>Writes and reads ids and states as text columns hold them: states by the names that the API has for them.</summary>
internal static class ColumnNames
{
    public static string Of(SceneStatus status) => JsonSerializer.SerializeToElement(status).GetString()!;

    public static string? Of(SceneReason? reason) => JsonSerializer.SerializeToElement(reason).GetString();

    public static T Read<T>(string name)
        where T : struct, Enum
    {
        try
        {
            return JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(name));
        }
        catch (JsonException exception)
        {
            throw new StorageException($"A scene has the {typeof(T).Name} '{name}'.", isTransient: false, exception);
        }
    }

    public static Guid Id(string? text) => Guid.TryParse(text, out var id)
        ? id
        : throw new StorageException($"A scene has the id '{text}', which is no UUID.", isTransient: false);
}
