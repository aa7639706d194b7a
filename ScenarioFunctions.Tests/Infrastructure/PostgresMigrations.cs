using System.Text;
using Npgsql;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The files of <c>supabase/migrations</c>.</summary>
internal static class PostgresMigrations
{
    public static IReadOnlyList<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "supabase", "migrations"), "*.sql").Order(StringComparer.Ordinal)];

    /// <summary>Each in the order of their names, in one request, as the Supabase CLI does it.</summary>
    /// <returns>What they warn of.</returns>
    public static async Task<IReadOnlyList<string>> ApplyAsync(PostgresDatabase database)
    {
        List<string> warnings = [];
        await using var connection = await database.OpenAsync();
        connection.Notice += (_, told) =>
        {
            if (told.Notice.InvariantSeverity == "WARNING")
            {
                warnings.Add(told.Notice.MessageText);
            }
        };
        foreach (var file in Files)
        {
            await using var command = new NpgsqlCommand(await File.ReadAllTextAsync(file), connection);
            await command.ExecuteNonQueryAsync();
        }

        return warnings;
    }

    /// <summary>One statement after the other, whether the last one failed or not, as psql does it.</summary>
    /// <returns>The first error.</returns>
    public static async Task<PostgresException?> RunStatementsAsync(PostgresDatabase database, IEnumerable<string> statements)
    {
        PostgresException? first = null;
        await using var connection = await database.OpenAsync();
        foreach (var statement in statements)
        {
            try
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync();
            }
            catch (PostgresException error)
            {
                first ??= error;
            }
        }

        return first;
    }

    /// <summary>A statement ends with the line that ends with a semicolon, outside of a body in dollars.</summary>
    public static IReadOnlyList<string> StatementsOf(string sql)
    {
        List<string> statements = [];
        var current = new StringBuilder();
        var inBody = false;
        foreach (var line in sql.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal)))
        {
            current.Append(line).Append('\n');
            inBody ^= line.Split("$$").Length % 2 == 0;
            if (!inBody && line.TrimEnd().EndsWith(';'))
            {
                statements.Add(current.ToString());
                current.Clear();
            }
        }

        return statements;
    }
}
