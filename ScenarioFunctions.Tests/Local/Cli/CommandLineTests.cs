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

        foreach (var word in new[] { "save", "redo", "list", "show", "watch", "cancel", "credits", "open", "doctor", "backup", "restore", "SCENARIO_DATA_DIR", "./.scenario-data", "API_KEY", "Examples:" })
        {
            Assert.Contains(word, Cli.Output, StringComparison.Ordinal);
        }

        Assert.False(Cli.HasServed);
    }

    [Fact]
    public async Task In_a_narrow_terminal_only_commands_are_longer_than_a_line_of_help()
    {
        (Cli.Terminal, Cli.Width) = (true, 40);

        Assert.Equal(0, await Cli.RunAsync("--help"));

        Assert.All(
            Cli.Output.ReplaceLineEndings("\n").Split('\n').Where(line => !line.Contains("dotnet run", StringComparison.Ordinal)),
            line => Assert.True(line.TrimEnd().Length <= 40, line));
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
        Assert.Contains($"Did you mean '{meant}'?", Cli.Error, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("--usr", "save", "--usr", "ann", "file.json")]
    [InlineData("--scen", "redo", "5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1", "--scen", "3")]
    [InlineData("-x", "list", "-x")]
    [InlineData("--limt", "list", "--limt=5")]
    [InlineData("samples/a.json", "samples/a.json", "--user", "ann")]
    [InlineData("savve", "savve", "file.json")]
    [InlineData("bob", "credits", "ann", "bob")]
    public async Task The_word_that_is_wrong_is_named_and_no_other(string wrong, params string[] args)
    {
        Assert.Equal(2, await Cli.RunAsync(args));

        var fault = Cli.Error.ReplaceLineEndings("\n").Split('\n')[0];
        Assert.Contains($"'{wrong}'", fault, StringComparison.Ordinal);
        Assert.Equal(2, Cli.Error.ReplaceLineEndings("\n").TrimEnd().Split('\n').Length); // with the one that names the help
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_prompt_may_start_with_a_hyphen_and_so_may_a_file_after_two()
    {
        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
        Cli.Server.IsForManyCommands = true;
        Cli.WriteFile("-a.json", """{"title":"T","scenes":[]}""");

        Assert.Equal(0, await Cli.RunAsync("redo", "5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1", "--scene", "2", "--prompt", "-red"));
        Assert.Equal(0, await Cli.RunAsync("save", "--", "-a.json"));
    }

    [Fact]
    public async Task Save_without_a_file_exits_2()
    {
        Assert.Equal(2, await Cli.RunAsync("save"));
        Assert.Contains("save", Cli.Error, StringComparison.Ordinal);
    }
}
