using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class ServerCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IConfiguration Configuration => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["SCENARIO_DATA_DIR"] = folder.Path })
        .Build();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_command_waits_long_for_a_server_that_is_starting_and_says_what_it_waits_for()
    {
        using var directory = DataDirectory.Open(folder.Path);
        var clock = new ImpatientTime();
        var told = new List<string>();
        var address = new Uri("http://127.0.0.1:4711");

        await using var server = await ServerCommand.ConnectAsync(
            Configuration,
            ServerUse.Work,
            message =>
            {
                told.Add(message);
                clock.Advance(TimeSpan.FromSeconds(60));
                directory.Announce(address);
            },
            Stop,
            clock);

        Assert.Equal(address, server.Address);
        Assert.Contains(folder.Path, Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_held_for_minutes_is_told_with_what_to_do()
    {
        using var directory = DataDirectory.Open(folder.Path);
        var clock = new ImpatientTime();

        var fault = await Assert.ThrowsAsync<DataDirectoryException>(() => ServerCommand.ConnectAsync(
            Configuration, ServerUse.Work, _ => clock.Advance(TimeSpan.FromMinutes(5)), Stop, clock));

        Assert.Contains("is in use by another process", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_used_is_told_without_a_wait()
    {
        await File.WriteAllTextAsync(folder.File("scenario.db"), new string('?', 5000), Stop);
        var clock = new ImpatientTime();

        await Assert.ThrowsAsync<DataDirectoryException>(() => ServerCommand.ConnectAsync(
            Configuration, ServerUse.Work, Assert.Fail, Stop, clock));

        Assert.Empty(clock.Waits);
    }
}
