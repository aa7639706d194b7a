using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalDatabaseTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private LocalDatabase database;

    public LocalDatabaseTests() => database = LocalDatabase.Open(File);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => folder.File("scenario.db");

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_faulty_item_of_a_batch_fails_alone()
    {
        await CreateTableAsync();
        var writes = await QueueTogetherAsync(i => connection => i == 7
            ? throw new InvalidTimeZoneException("item 7")
            : connection.Execute("INSERT INTO item VALUES (@i, 'x')", new { i }));

        var faults = await Task.WhenAll(writes.Select(async write => await Record.ExceptionAsync(() => write)));

        Assert.IsType<InvalidTimeZoneException>(faults[7]);
        Assert.All(faults.Where((_, i) => i != 7), Assert.Null);
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 7).Select(i => (long)i), Items());
    }

    [Fact]
    public async Task Nothing_of_a_faulty_item_remains()
    {
        await CreateTableAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Write<int>(connection =>
        {
            connection.Execute("INSERT INTO item VALUES (1, 'x')");
            throw new InvalidTimeZoneException();
        }));

        Assert.Empty(Items());
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_reopening()
    {
        await CreateTableAsync();
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i =>
            Write(connection => connection.Execute("INSERT INTO item VALUES (@i, 'x')", new { i }))));

        await database.DisposeAsync();
        database = LocalDatabase.Open(File);

        Assert.Equal(2000, Items().Count);
    }

    [Fact]
    public async Task Items_are_written_in_the_order_they_came()
    {
        await CreateTableAsync();
        var order = new List<int>();
        await Task.WhenAll(await QueueTogetherAsync(i => connection =>
        {
            order.Add(i);
            return connection.Execute("INSERT INTO item VALUES (@i, 'x')", new { i });
        }));

        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    [Fact]
    public async Task An_item_cancelled_while_it_waits_is_not_written()
    {
        await CreateTableAsync();
        using var cancel = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var first = Write(_ => gate.Wait(Stop));
        var second = database.WriteAsync(connection => connection.Execute("INSERT INTO item VALUES (1, 'x')"), cancel.Token);
        await cancel.CancelAsync();
        gate.Set();

        await first;
        await Assert.ThrowsAsync<TaskCanceledException>(() => second);
        Assert.Empty(Items());
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_as_transient_and_the_next_one_works()
    {
        await CreateTableAsync();
        await Write(connection => connection.Execute("PRAGMA max_page_count = 1"));

        var fault = await Assert.ThrowsAsync<StorageException>(() => Write(connection =>
            connection.Execute("INSERT INTO item VALUES (1, @text)", new { text = new string('x', 1_000_000) })));
        Assert.True(fault.IsTransient);
        Assert.Contains("full", fault.Message, StringComparison.Ordinal);

        await Write(connection => connection.Execute("PRAGMA max_page_count = 1000000"));
        await Write(connection => connection.Execute("INSERT INTO item VALUES (2, 'x')"));
        Assert.Equal([2L], Items());
    }

    [Fact]
    public async Task A_commit_that_fails_fails_all_that_shared_it_and_the_next_one_works()
    {
        await CreateTableAsync();
        await Write(connection => connection.Execute("CREATE TABLE part (item INTEGER REFERENCES item DEFERRABLE INITIALLY DEFERRED)"));
        var writes = await QueueTogetherAsync(i => connection => i == 7
            ? connection.Execute("INSERT INTO part VALUES (1000)")
            : connection.Execute("INSERT INTO item VALUES (@i, 'x')", new { i }));

        foreach (var write in writes)
        {
            await Assert.ThrowsAsync<StorageException>(() => write);
        }

        await Write(connection => connection.Execute("INSERT INTO item VALUES (21, 'x')"));
        Assert.Equal([21L], Items());
    }

    [Fact]
    public async Task A_refused_statement_is_a_permanent_fault_with_the_message_of_SQLite()
    {
        var fault = await Assert.ThrowsAsync<StorageException>(() =>
            Write(connection => connection.Execute("INSERT INTO nowhere VALUES (1)")));

        Assert.False(fault.IsTransient);
        Assert.Contains("no such table: nowhere", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_value_comes_back_as_it_was()
    {
        var time = new DateTimeOffset(2026, 7, 1, 12, 30, 15, 123, TimeSpan.FromHours(2));
        var id = Guid.NewGuid();
        await Write(connection => connection.Execute("CREATE TABLE v (a, b, c, d, e, f, g, h, i)"));
        var bytes = new byte[] { 1, 0, 2 };
        await Write(connection => connection.Execute(
            "INSERT INTO v VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i)",
            new
            {
                a = long.MaxValue, b = 0.1, c = "né\0🎬", d = "", e = (string?)null, f = bytes, g = Array.Empty<byte>(), h = time, i = id,
            }));
        await Write(connection => connection.ExecutePrepared(
            "INSERT INTO v VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i)",
            ("@a", long.MaxValue), ("@b", 0.1), ("@c", "né\0🎬"), ("@d", ""), ("@e", null),
            ("@f", bytes), ("@g", Array.Empty<byte>()), ("@h", time), ("@i", id)));

        var rows = database.Read(connection => connection.Query<Values>("SELECT * FROM v").AsList());

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row =>
        {
            Assert.Equal(long.MaxValue, row.A);
            Assert.Equal(0.1, row.B);
            Assert.Equal("né\0🎬", row.C);
            Assert.Equal("", row.D);
            Assert.Null(row.E);
            Assert.Equal([1, 0, 2], row.F!);
            Assert.Equal([], row.G!);
            Assert.Equal(time, row.H);
            Assert.Equal(id, row.I);
        });
        Assert.Equal(
            [$"2026-07-01T10:30:15.1230000Z {id}"],
            database.Read(connection => connection.Query<string>("SELECT DISTINCT h || ' ' || i FROM v")));
    }

    [Fact]
    public async Task Values_in_another_order_than_in_the_statement_are_refused()
    {
        await CreateTableAsync();

        var fault = await Assert.ThrowsAsync<ArgumentException>(() => Write(connection => connection.ExecutePrepared(
            "INSERT INTO item VALUES (@number, @text)", ("@text", "x"), ("@number", 1L))));

        Assert.Contains("@number, @text", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_writer_waits_for_another_process_that_writes()
    {
        long milliseconds = 0;
        await Write(connection => milliseconds = connection.ExecuteScalar<long>("PRAGMA busy_timeout"));

        Assert.Equal(5000, milliseconds);
    }

    [Fact]
    public async Task A_read_sees_one_snapshot_while_others_write()
    {
        await CreateTableAsync();

        var counts = database.Read(connection =>
        {
            var before = Count(connection);
            Write(writer => writer.Execute("INSERT INTO item VALUES (1, 'x')")).GetAwaiter().GetResult();
            return (before, Count(connection));
        });

        Assert.Equal((0L, 0L), counts);
        Assert.Single(Items());
    }

    [Fact]
    public async Task Writes_reach_the_disk_before_they_are_acknowledged()
    {
        Assert.Equal("wal", await Write(connection => Pragma(connection, "journal_mode")));
        Assert.Equal("2", await Write(connection => Pragma(connection, "synchronous"))); // FULL: a sync per commit
    }

    [Fact]
    public async Task Once_another_process_has_opened_it_nothing_more_is_written()
    {
        await CreateTableAsync();
        var replaced = new TaskCompletionSource();
        database.Replaced.Register(replaced.SetResult);

        await using (LocalDatabase.Open(File))
        {
            var writes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
                await Record.ExceptionAsync(() => Write(connection =>
                    connection.Execute("INSERT INTO item VALUES (@i, 'x')", new { i })))));

            Assert.All(writes, fault => Assert.False(Assert.IsType<StorageException>(fault).IsTransient));
            Assert.Empty(Items());
            await replaced.Task.WaitAsync(Patience.Limit, Stop);
        }
    }

    [Fact]
    public async Task What_must_not_be_lost_is_written_even_then()
    {
        await CreateTableAsync();

        await using (LocalDatabase.Open(File))
        {
            await database.WriteAsync(
                connection => connection.Execute("INSERT INTO item VALUES (1, 'x')"), evenWhenReplaced: true, Stop);
        }

        Assert.Equal([1L], Items());
        Assert.False(database.Replaced.IsCancellationRequested);
    }

    [Theory]
    [InlineData("lock", "lock", true)]
    [InlineData("lock", "another lock", false)]
    public async Task A_scene_that_was_taken_is_free_again_only_when_its_taker_has_surely_ended(string before, string after, bool isFree)
    {
        await database.DisposeAsync();
        database = LocalDatabase.Open(File, before);
        var store = new LocalScenarioStore(database, TimeProvider.System);
        var (scenario, scene) = (Guid.NewGuid(), Guid.NewGuid());
        await store.SaveScenarioAsync(
            new ScenarioRow { Id = scenario, ShortId = "s", UserId = "u", SceneCount = 1, Details = new ScenarioDetails { Title = "t" } }, Stop);
        await store.SaveScenesAsync(
            [new SceneRow(scene, scenario, new Scene { SceneNumber = 2 }, new SceneState { Status = SceneStatus.Pending })], Stop);
        Assert.True(await store.TakeSceneAsync(scene, "old", TimeSpan.FromMinutes(1), Stop));

        await database.DisposeAsync();
        database = LocalDatabase.Open(File, after);

        store = new LocalScenarioStore(database, TimeProvider.System);
        Assert.Equal(isFree, await store.TakeSceneAsync(scene, "new", TimeSpan.FromMinutes(1), Stop));
    }

    [Fact]
    public void A_read_cannot_write() =>
        Assert.Throws<StorageException>(() => database.Read(connection => connection.Execute("CREATE TABLE x (y)")));

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await Write(connection => connection.Execute("PRAGMA user_version = 9999"));
        await database.DisposeAsync();

        var fault = Assert.Throws<DataDirectoryException>(() => LocalDatabase.Open(File));

        Assert.Contains("newer version (9999)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_taken_once_it_is_closed_and_all_that_waited_is_written()
    {
        await CreateTableAsync();
        var writes = await QueueTogetherAsync(i => connection => connection.Execute("INSERT INTO item VALUES (@i, 'x')", new { i }));
        await database.DisposeAsync();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Write(_ => 0));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        var other = folder.File("other.db");
        await System.IO.File.WriteAllTextAsync(other, new string('?', 5000), Stop);

        Assert.Contains(other, Assert.Throws<DataDirectoryException>(() => LocalDatabase.Open(other)).Message, StringComparison.Ordinal);
    }

    private Task<T> Write<T>(Func<WriteConnection, T> work) => database.WriteAsync(work, Stop);

    private Task Write(Action<WriteConnection> work) => database.WriteAsync(work, Stop);

    private static long Count(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT count(*) FROM item");

    private static string? Pragma(WriteConnection connection, string name) => connection.ExecuteScalar<string>($"PRAGMA {name}");

    private Task<int> CreateTableAsync() =>
        Write(connection => connection.Execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT)"));

    /// <summary>Twenty items that wait while the writer is busy, so that it takes them as one batch.</summary>
    private async Task<Task<int>[]> QueueTogetherAsync(Func<int, Func<WriteConnection, int>> work)
    {
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var busy = Write(_ =>
        {
            begun.Set();
            gate.Wait(Stop);
        });
        begun.Wait(Stop);
        Task<int>[] writes = [.. Enumerable.Range(0, 20).Select(i => Write(work(i)))];
        gate.Set();
        await busy;
        return writes;
    }

    private List<long> Items() => database.Read(connection => connection.Query<long>("SELECT id FROM item ORDER BY id").AsList());

    private sealed class Values
    {
        public long A { get; init; }
        public double B { get; init; }
        public string? C { get; init; }
        public string? D { get; init; }
        public string? E { get; init; }
        public byte[]? F { get; init; }
        public byte[]? G { get; init; }
        public DateTimeOffset H { get; init; }
        public Guid I { get; init; }
    }
}
