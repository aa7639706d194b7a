using System.Globalization;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// One step of the database's schema: <c>Storage/Migrations/NNN_name.sql</c>, embedded. A released file never
/// changes; the next change is a file with the next number.
/// </summary>
/// <param name="Version">NNN; the database's <c>user_version</c> once it is applied.</param>
/// <param name="Sql">Several statements, run in one transaction.</param>
internal sealed record Migration(int Version, string Sql)
{
    private const string Folder = "Migrations/";

    /// <summary>By version.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. Load().OrderBy(migration => migration.Version)];

    private static IEnumerable<Migration> Load()
    {
        var assembly = typeof(Migration).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var number = name.AsSpan(Folder.Length, 3);
            yield return new Migration(int.Parse(number, CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
