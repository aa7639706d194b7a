using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Backup;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class BackupCommandTests : CliTests
{
    private const string Image = "scenes/scene_1.png";

    private string Data => Path.Combine(Cli.Folder, "data");

    private string File1 => Path.Combine(Cli.Folder, "backup.tar");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_takes_everything_and_a_restore_puts_it_back()
    {
        await CreateDataAsync();

        Assert.Equal(0, await RunAsync("backup", "backup.tar"));
        Assert.Contains("0 tasks (0 not finished) and 1 image", Cli.Output, StringComparison.Ordinal);
        Directory.Delete(Data, recursive: true);
        Assert.Equal(0, await RunAsync("restore", "backup.tar"));

        Assert.Equal("an image", await File.ReadAllTextAsync(Path.Combine(Data, IImageStore.DefaultBucket, Image), Stop));
        await using var database = LocalDatabase.Open(Path.Combine(Data, "scenario.db"));
        Assert.Equal("Saved", database.Read(connection => connection.ExecuteScalar<string>("SELECT title FROM video_scenarios")));
        Assert.Equal(["backup.tar", "data"], Directory.EnumerateFileSystemEntries(Cli.Folder).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1)); // it holds what users wrote
        }
    }

    [Fact]
    public async Task An_image_that_was_lost_before_is_told_and_the_rest_is_backed_up()
    {
        await CreateDataAsync();
        File.Delete(Path.Combine(Data, IImageStore.DefaultBucket, Image));

        Assert.Equal(0, await RunAsync("backup", "backup.tar"));

        Assert.Contains("1 image in the database had no file", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_data_there_is_nothing_to_back_up()
    {
        Assert.Equal(2, await RunAsync("backup", "backup.tar"));

        Assert.Contains($"the data folder {Data} has no scenario.db", Cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(File1));
    }

    [Fact]
    public async Task A_damaged_database_is_not_backed_up()
    {
        await CreateDataAsync();
        await using (var stream = File.OpenWrite(Path.Combine(Data, "scenario.db")))
        {
            stream.Position = 5 * 4096;
            stream.Write(Enumerable.Repeat((byte)0xA5, 4096 * 20).ToArray());
        }

        Assert.Equal(1, await RunAsync("backup", "backup.tar"));

        Assert.Contains("is damaged", Cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(File1));
    }

    [Fact]
    public async Task A_file_that_exists_is_only_replaced_with_force()
    {
        await CreateDataAsync();
        Cli.WriteFile("backup.tar", "precious");

        Assert.Equal(2, await RunAsync("backup", "backup.tar"));
        Assert.Equal("precious", await File.ReadAllTextAsync(File1, Stop));
        Assert.Equal(0, await RunAsync("backup", "backup.tar", "--force"));

        Assert.Contains(DataDirectory.DatabaseName, (await BackupFile.ReadAsync(File1, null, Stop)).Files);
    }

    [Fact]
    public async Task A_backup_is_not_put_where_everybody_can_read_it()
    {
        await CreateDataAsync();

        Assert.Equal(2, await RunAsync("backup", $"data/{IImageStore.DefaultBucket}/scenes/backup.tar"));

        Assert.Contains("which everybody may read", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_data_is_only_replaced_with_force_and_what_was_there_is_kept()
    {
        await CreateDataAsync();
        await RunAsync("backup", "backup.tar");
        await ExecuteAsync(Path.Combine(Data, "scenario.db"), "UPDATE video_scenarios SET title = 'Newer'");

        Assert.Equal(2, await RunAsync("restore", "backup.tar"));
        Assert.Equal("Newer", await TitleAsync(Data));
        Assert.Equal(0, await RunAsync("restore", "backup.tar", "--force"));

        Assert.Equal("Saved", await TitleAsync(Data));
        Assert.Equal("Newer", await TitleAsync(Assert.Single(Directory.GetDirectories(Data, "before-restore-*"))));
    }

    [Fact]
    public async Task A_folder_that_a_server_uses_is_not_replaced()
    {
        await CreateDataAsync();
        await RunAsync("backup", "backup.tar");
        using var held = DataDirectory.Open(Data);

        Assert.Equal(1, await RunAsync("restore", "backup.tar", "--force"));

        Assert.Contains("is in use by", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Data, "before-restore-*"));
    }

    [Fact]
    public async Task After_a_restore_that_was_interrupted_no_server_starts_until_it_is_repeated()
    {
        await CreateDataAsync();
        await RunAsync("backup", "backup.tar");
        using (var directory = DataDirectory.Open(Data))
        {
            await File.WriteAllTextAsync(directory.RestoreMarkPath, "", Stop);
        }

        var fault = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(Data));
        Assert.Contains("Restore the backup again, with --force", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("restore", "backup.tar", "--force"));

        DataDirectory.Open(Data).Dispose();
    }

    [Theory]
    [InlineData("missing.tar", null, "There is no file")]
    [InlineData("empty.tar", "", "is not a backup of this service: it is empty")]
    [InlineData("text.tar", "Dear diary", "is not a backup of this service")]
    public async Task A_wrong_file_is_refused_and_the_data_folder_stays_as_it_was(string name, string? content, string message)
    {
        if (content is not null)
        {
            Cli.WriteFile(name, content);
        }

        Assert.Equal(2, await RunAsync("restore", name));

        Assert.Contains(message, Cli.Error, StringComparison.Ordinal);
        AssertHasNoData();
    }

    [Theory]
    [InlineData(0.6, false)]
    [InlineData(0.99, false)]
    [InlineData(0.5, true)]
    public async Task A_backup_that_was_cut_off_or_changed_is_refused(double at, bool isChanged)
    {
        await CreateDataAsync();
        await RunAsync("backup", "backup.tar");
        Directory.Delete(Data, recursive: true);
        var bytes = await File.ReadAllBytesAsync(File1, Stop);
        var place = (int)(bytes.Length * at);
        bytes[place] ^= 1;
        await File.WriteAllBytesAsync(File1, isChanged ? bytes : bytes[..place], Stop);

        Assert.Equal(2, await RunAsync("restore", "backup.tar"));

        Assert.Contains("is damaged", Cli.Error, StringComparison.Ordinal);
        AssertHasNoData();
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("generated-content/../../outside")]
    [InlineData("generated-content/.by-scene/../../../outside")]
    [InlineData("lock")]
    public async Task An_archive_that_would_write_elsewhere_is_refused(string name)
    {
        await WriteTarAsync(async tar =>
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes("evil"));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data }, Stop);
        });

        Assert.Equal(2, await RunAsync("restore", "backup.tar"));

        Assert.Contains("is not a backup of this service", Cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Cli.Folder, "outside")));
        AssertHasNoData();
    }

    [Fact]
    public async Task A_backup_of_a_newer_program_is_refused_in_plain_words()
    {
        await CreateDataAsync();
        await ExecuteAsync(Path.Combine(Data, "scenario.db"), "PRAGMA journal_mode = DELETE; PRAGMA user_version = 999");
        await WriteTarAsync(async tar =>
        {
            var files = new Dictionary<string, StoredFile>();
            await using var database = File.OpenRead(Path.Combine(Data, "scenario.db"));
            await BackupFile.AddAsync(tar, files, DataDirectory.DatabaseName, database, Stop);
            await BackupFile.EndAsync(tar, new BackupContent { CreatedAt = DateTimeOffset.UnixEpoch, Files = files }, Stop);
        });
        Directory.Delete(Data, recursive: true);

        Assert.Equal(2, await RunAsync("restore", "backup.tar"));

        Assert.Contains("was made by a newer version of this program", Cli.Error, StringComparison.Ordinal);
        AssertHasNoData();
    }

    /// <summary>A limit on the size of files stands for a full disk; at 512 bytes a block.</summary>
    [Theory]
    [InlineData("backup", "could not be")]
    [InlineData("restore", "could not be restored")]
    public async Task On_a_full_disk_nothing_is_left_behind_and_the_message_is_plain(string command, string message)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a shell's ulimit.");
        await CreateDataAsync();
        await RunAsync("backup", "backup.tar");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; ulimit -f 200; exec dotnet \"$@\"", "sh",
            typeof(CliApplication).Assembly.Location, command, command == "backup" ? "more.tar" : "backup.tar"])
        {
            WorkingDirectory = Cli.Folder,
            RedirectStandardError = true,
        };
        start.Environment["SCENARIO_DATA_DIR"] = command == "backup" ? Data : Path.Combine(Cli.Folder, "new");
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // else the runtime itself needs a large file
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(Stop).WaitAsync(Patience.Limit, Stop);
        await process.WaitForExitAsync(Stop);

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(Cli.Folder, "*.part", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(Cli.Folder, "more.tar")));
        Assert.False(File.Exists(Path.Combine(Cli.Folder, "new", "scenario.db")));
    }

    private Task<int> RunAsync(params string[] args)
    {
        Cli.Settings["SCENARIO_DATA_DIR"] = "data";
        return Cli.RunAsync(args);
    }

    /// <summary>A scenario with one image, made and on disk.</summary>
    private async Task CreateDataAsync()
    {
        using var directory = DataDirectory.Open(Data);
        Directory.CreateDirectory(Path.Combine(directory.ImagesPath, "scenes"));
        await File.WriteAllTextAsync(Path.Combine(directory.ImagesPath, Image), "an image", Stop);
        await using var database = LocalDatabase.Open(directory.DatabasePath);
        await database.WriteAsync(
            connection => connection.Execute(
                """
                INSERT INTO video_scenarios (id, short_id, user_id, title, description, script, scene_count, estimated_duration, metadata, created_at)
                VALUES ('v', 's', 'ann', 'Saved', '', '', 1, 1, '{}', '2026-01-01T00:00:00Z');
                INSERT INTO video_scenes (id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt,
                    image_url, status, generation_id, created_at, updated_at)
                VALUES ('4599d8ad-8a41-51db-acd5-53107c190a7f', 'v', 1, '', 1, '', '', @url, 'completed', '1', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')
                """,
                new { url = ImagePath.Url(Image) }),
            Stop);
    }

    private async Task WriteTarAsync(Func<TarWriter, Task> write)
    {
        await using var stream = File.Create(File1);
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        await write(tar);
    }

    private void AssertHasNoData()
    {
        Assert.Empty(Directory.Exists(Data) ? Directory.GetFiles(Data, "*.db*", SearchOption.AllDirectories) : []);
        Assert.Empty(Directory.Exists(Data) ? Directory.GetFileSystemEntries(Data, "*.part") : []);
    }

    private static async Task<string?> TitleAsync(string folder)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "scenario.db")};Pooling=False");
        return await connection.ExecuteScalarAsync<string>("SELECT title FROM video_scenarios");
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.ExecuteAsync(sql);
    }
}
