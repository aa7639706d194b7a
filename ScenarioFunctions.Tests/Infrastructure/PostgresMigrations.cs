namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The files of <c>supabase/migrations</c>.</summary>
internal static class PostgresMigrations
{
    /// <summary>Each in the order of their names, each in one transaction, as the Supabase CLI does it.</summary>
    public static async Task ApplyAsync(PostgresDatabase database)
    {
        foreach (var file in Directory.GetFiles(FindFolder(), "*.sql").Order(StringComparer.Ordinal))
        {
            await database.ExecuteAsync(await File.ReadAllTextAsync(file));
        }
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var migrations = Path.Combine(folder.FullName, "supabase", "migrations");
            if (Directory.Exists(migrations))
            {
                return migrations;
            }
        }

        throw new DirectoryNotFoundException("supabase/migrations is not above the tests.");
    }
}
