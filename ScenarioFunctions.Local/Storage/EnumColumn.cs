using System.Text.Json;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Enums in columns, under the names that they have in the API.</summary>
internal static class EnumColumn
{
    public static string Name<T>(T value)
        where T : struct, Enum => Map<T>.Names[value];

    public static string? Name<T>(T? value)
        where T : struct, Enum => value is { } known ? Map<T>.Names[known] : null;

    public static T Value<T>(string name)
        where T : struct, Enum => Map<T>.Values[name];

    private static class Map<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Names =
            Enum.GetValues<T>().ToDictionary(value => value, value => JsonSerializer.SerializeToElement(value).GetString()!);

        public static readonly Dictionary<string, T> Values =
            Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
