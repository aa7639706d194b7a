using Npgsql;
using ScenarioFunctions.Chaos;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>A database of a test's own; gone when disposed.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string server;
    private NpgsqlDataSource source;

    private PostgresDatabase(string server, string name)
    {
        this.server = server;
        Name = name;
        source = Open();
    }

    public string Name { get; }

    public static async Task<PostgresDatabase> CreateAsync(string server, string template)
    {
        var name = $"scenario_test_{Guid.NewGuid():N}";
        await OnServerAsync(server, $"create database {name} template {template}");
        return new PostgresDatabase(server, name);
    }

    public ValueTask<NpgsqlConnection> OpenAsync() => source.OpenConnectionAsync();

    public async Task ExecuteAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await ScalarAsync(command))!;
    }

    /// <summary>
    /// The first column of the first row; null when there is none. Npgsql's own method reads a long value with a blocking call,
    /// whose timeout libfaketime ends at once (<c>eng/any-day.sh</c>).
    /// </summary>
    public static async Task<object?> ScalarAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? reader.GetValue(0) : null;
    }

    /// <summary>The first column of all rows, as text.</summary>
    public async Task<List<string>> ListAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> values = [];
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetValue(0).ToString()!);
        }

        return values;
    }

    /// <summary>Closes its connections; the next call opens new ones.</summary>
    public async Task CloseAsync()
    {
        await source.DisposeAsync();
        source = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await OnServerAsync(server, $"drop database if exists {Name} with (force)");
    }

    private NpgsqlDataSource Open() => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(server)
        {
            Database = Name,
            MaxPoolSize = 60,
            Timeout = Patience.Seconds,
            CommandTimeout = Patience.Seconds,
        });

    private static async Task OnServerAsync(string server, string sql)
    {
        var name = new NpgsqlConnectionStringBuilder(server)
        {
            Database = "postgres",
            Timeout = Patience.Seconds,
            CommandTimeout = Patience.Seconds,
        }.ConnectionString;
        await using var connection = new NpgsqlConnection(name);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
