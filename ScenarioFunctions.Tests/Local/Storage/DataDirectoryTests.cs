using System.Diagnostics;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly Uri Url = new("http://localhost:7071");

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Data => folder.File("data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_missing_folder_is_created_with_its_folder_of_images()
    {
        using var directory = DataDirectory.Open(folder.File("a/b/c"));

        Assert.True(Directory.Exists(folder.File("a/b/c/generated-content")));
        Assert.Equal(folder.File("a/b/c/scenario.db"), directory.DatabasePath);
    }

    [Fact]
    public void A_folder_is_for_its_owner_alone_whether_it_is_new_or_was_open()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // it has no modes
        }

        DataDirectory.Open(Data).Dispose();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Data));

        File.SetUnixFileMode(Data, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        DataDirectory.Open(Data).Dispose();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Data));
    }

    [Fact]
    public void A_folder_that_all_users_share_stays_theirs()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // it has no modes
        }

        const UnixFileMode Shared = OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;
        Directory.CreateDirectory(Data);
        File.SetUnixFileMode(Data, Shared);

        DataDirectory.Open(Data).Dispose();

        Assert.Equal(Shared, File.GetUnixFileMode(Data));
    }

    [Fact]
    public void A_folder_that_is_held_is_refused_with_what_to_do()
    {
        using var first = DataDirectory.Open(Data);
        first.Announce(Url);

        var fault = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(Data));

        Assert.Contains(Data, fault.Message, StringComparison.Ordinal);
        Assert.Contains($"the server at {Url} (process {Environment.ProcessId})", fault.Message, StringComparison.Ordinal);
        Assert.Contains("commands, such as `save`, can run at the same time", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_another_process_holds_is_free_again_once_that_is_killed()
    {
        Directory.CreateDirectory(Data);
        using (var holder = await HoldInAnotherProcessAsync())
        {
            var fault = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(Data));
            Assert.Contains("in use by another process", fault.Message, StringComparison.Ordinal);

            holder.Kill();
            await holder.WaitForExitAsync(Stop);
        }

        DataDirectory.Open(Data).Dispose();
    }

    [Fact]
    public void A_folder_is_free_again_once_disposed()
    {
        DataDirectory.Open(Data).Dispose();

        DataDirectory.Open(Data).Dispose();
    }

    [Fact]
    public void A_running_server_is_found_until_it_ends()
    {
        Assert.Null(DataDirectory.FindServer(Data));
        using (var directory = DataDirectory.Open(Data))
        {
            Assert.Null(DataDirectory.FindServer(Data));
            directory.Announce(Url);
            Assert.Equal(Url, DataDirectory.FindServer(Data));
        }

        Assert.Null(DataDirectory.FindServer(Data));
        Assert.False(File.Exists(Path.Combine(Data, "server.json")));
    }

    [Fact]
    public void A_server_that_was_killed_is_not_found()
    {
        string left;
        using (var directory = DataDirectory.Open(Data))
        {
            directory.Announce(Url);
            left = File.ReadAllText(Path.Combine(Data, "server.json"));
        }

        File.WriteAllText(Path.Combine(Data, "server.json"), left);
        Assert.Null(DataDirectory.FindServer(Data));

        using var next = DataDirectory.Open(Data);
        Assert.Null(DataDirectory.FindServer(Data));
    }

    [Fact]
    public void A_path_below_a_file_is_refused_with_its_name()
    {
        File.WriteAllText(folder.File("file"), "");

        var fault = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(folder.File("file/data")));

        Assert.Contains(folder.File("file/data"), fault.Message, StringComparison.Ordinal);
        Assert.Contains("SCENARIO_DATA_DIR", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_refused_with_its_name()
    {
        var fault = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open("/proc/1/data"));

        Assert.Contains("/proc/1/data cannot be written to", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>flock(1) takes the same lock and says so; it ends with the shell's input, or when killed.</summary>
    private async Task<Process> HoldInAnotherProcessAsync()
    {
        var start = new ProcessStartInfo("flock", ["--exclusive", "--no-fork", Path.Combine(Data, "lock"), "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var holder = Process.Start(start)!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Stop));
        return holder;
    }
}
