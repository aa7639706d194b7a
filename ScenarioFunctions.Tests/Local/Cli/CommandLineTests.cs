namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class CommandLineTests : CliTests
{
    [Fact]
    public async Task Without_a_command_the_server_runs()
    {
        Assert.Equal(0, await Cli.RunAsync());
        Assert.True(Cli.HasServed);
    }

    [Theory]
    [InlineData(true, "--confirm-restore")]
    [InlineData(false)]
    public async Task A_restore_is_confirmed_only_by_its_option(bool expected, params string[] args)
    {
        Assert.Equal(0, await Cli.RunAsync(args));

        Assert.Equal(expected, Cli.HasConfirmedRestore);
    }

    [Fact]
    public async Task The_help_names_commands_settings_and_examples_and_starts_nothing()
    {
        Assert.Equal(0, await Cli.RunAsync("--help"));

        foreach (var word in new[] { "save", "credits", "SCENARIO_DATA_DIR", "./.scenario-data", "API_KEY", "Examples:" })
        {
            Assert.Contains(word, Cli.Output, StringComparison.Ordinal);
        }

        Assert.False(Cli.HasServed);
    }

    [Fact]
    public async Task The_help_of_a_command_names_its_options()
    {
        Assert.Equal(0, await Cli.RunAsync("save", "--help"));

        foreach (var word in new[] { "FILE", "--user", "--short", "--json", "local-user" })
        {
            Assert.Contains(word, Cli.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sav", "save")]
    [InlineData("credit", "credits")]
    public async Task A_mistyped_command_exits_2_and_the_right_one_is_suggested(string typed, string meant)
    {
        Assert.Equal(2, await Cli.RunAsync(typed));

        Assert.Contains($"'{typed}'", Cli.Error, StringComparison.Ordinal);
        Assert.Contains(meant + Environment.NewLine, Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Output);
        Assert.False(Cli.HasServed);
    }

    [Theory]
    [InlineData("--jsn", "--json")]
    [InlineData("--usr", "--user")]
    public async Task A_mistyped_option_exits_2_and_the_right_one_is_suggested(string typed, string meant)
    {
        Assert.Equal(2, await Cli.RunAsync("save", "file.json", typed));

        Assert.Contains($"'{typed}'", Cli.Error, StringComparison.Ordinal);
        Assert.Contains(meant, Cli.Error, StringComparison.Ordinal);
        Assert.Contains("save --help", Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_without_a_file_exits_2()
    {
        Assert.Equal(2, await Cli.RunAsync("save"));
        Assert.Contains("save", Cli.Error, StringComparison.Ordinal);
    }
}
