using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>A start that fails says why, in one message, and lets go of the data folder.</summary>
public sealed class FailedStartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Data => folder.File("data");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("scenario.db", "newer", "has a newer version (99)")]
    [InlineData("scenario.db", "damaged", "not a database")]
    [InlineData("scenario.db", "unopenable", "unable to open")]
    [InlineData("emulator.db", "newer", "has a newer version (99)")]
    [InlineData("emulator.db", "damaged", "not a database")]
    [InlineData("emulator.db", "unopenable", "unable to open")]
    public async Task A_database_that_cannot_be_used_is_named_and_not_taken_for_one_that_is_held(
        string name, string state, string reason)
    {
        Directory.CreateDirectory(Data);
        Spoil(Path.Combine(Data, name), state);

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync());

        Assert.True(fault is DataDirectoryException { IsHeld: false } or EmulatorDatabaseException, fault.ToString());
        Assert.Contains(Path.Combine(Data, name), fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        DataDirectory.Open(Data).Dispose();
    }

    [Theory]
    [InlineData("scenario.db")]
    [InlineData("emulator.db")]
    public async Task A_database_of_another_user_is_named_without_a_stack(string name)
    {
        await (await StartAsync()).DisposeAsync();
        var path = Path.Combine(Data, name);
        await RunAsync("chmod", "444", path);

        var (exitCode, output) = await RunAsync(
            "/usr/bin/env", [$"SCENARIO_DATA_DIR={Data}", .. WithoutRootsRights, "dotnet", typeof(CliApplication).Assembly.Location, "credits", "ann"]);

        Assert.Equal(1, exitCode);
        Assert.Contains(path, output, StringComparison.Ordinal);
        Assert.Contains("readonly", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_that_has_nothing_to_do_with_the_address_is_not_told_as_one()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(services => services.AddHostedService<FaultyService>()));

        Assert.Equal(FaultyService.Message, fault.Message);
        DataDirectory.Open(Data).Dispose();
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told_and_the_folder_is_let_go()
    {
        await using var other = await ScriptedServer.StartAsync();

        var fault = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(urls: other.Url.ToString()));

        Assert.Contains($"cannot listen on {other.Url}", fault.Message, StringComparison.Ordinal);
        DataDirectory.Open(Data).Dispose();
    }

    [Fact]
    public async Task A_host_that_cannot_be_made_closes_the_database_that_was_opened_at_the_same_time()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(_ => throw new InvalidOperationException()));

        Assert.Equal(["scenario.db"], Directory.EnumerateFiles(Data, "scenario.db*").Select(Path.GetFileName)); // an open one has a log beside it
    }

    /// <summary>Root may write to every file unless it gives up that right.</summary>
    private static string[] WithoutRootsRights =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set", "-dac_override"] : [];

    private Task<LocalServer> StartAsync(Action<IServiceCollection>? replace = null, string urls = "http://127.0.0.1:0")
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("SCENARIO_DATA_DIR", Data)]).Build();
        return LocalServer.StartAsync(
            configuration, new LocalServerOptions(urls, IsForCommand: true) { Replace = replace }, TestContext.Current.CancellationToken);
    }

    private static void Spoil(string path, string state)
    {
        switch (state)
        {
            case "newer":
                using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
                {
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = "PRAGMA user_version = 99";
                    command.ExecuteNonQuery();
                }

                break;
            case "damaged":
                File.WriteAllText(path, "This is no database at all. It is only text.");
                break;
            default:
                Directory.CreateDirectory(path);
                break;
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + error);
    }

    private sealed class FaultyService : IHostedService
    {
        public const string Message = "This part is faulty.";

        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException(Message);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
