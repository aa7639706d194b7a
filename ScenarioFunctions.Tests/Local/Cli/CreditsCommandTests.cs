using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class CreditsCommandTests : CliTests
{
    [Fact]
    public async Task The_balance_is_shown_with_what_is_held_and_the_images_that_the_rest_buys()
    {
        Cli.Server.Held = 30;

        Assert.Equal(0, await Cli.RunAsync("credits", "ann:1"));

        Assert.Equal(
            [
                "user        ann:1", "balance     100 credits", "held        30 credits for running tasks", "available   70 credits",
                "price       2 credits an image", "enough for  35 images", ""],
            Cli.Output.ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal("GET /credits/ann:1", Assert.Single(Cli.Server.Requests).Line);
    }

    [Fact]
    public async Task A_grant_is_added_and_both_are_shown()
    {
        Assert.Equal(0, await Cli.RunAsync("credits", "ann", "--grant", "8"));

        Assert.Contains("added       8, on top of 100", Cli.Output, StringComparison.Ordinal);
        Assert.Contains("balance     108 credits", Cli.Output, StringComparison.Ordinal);
        Assert.Single(Cli.Server.Requests, request => request is { Line: "POST /credits/ann", Body: """{"grant":8}""" });
    }

    [Fact]
    public async Task With_json_the_credits_are_printed_as_the_api_tells_them_and_nothing_else()
    {
        Assert.Equal(0, await Cli.RunAsync("credits", "ann", "--grant", "8", "--json"));

        var credits = JsonDocument.Parse(Cli.Output).RootElement;
        Assert.Equal(108, credits.GetProperty("balance").GetInt32());
        Assert.Equal("ann", credits.GetProperty("user_id").GetString());
        Assert.Empty(Cli.Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000001")]
    [InlineData("-5")]
    [InlineData("many")]
    [InlineData("1.5")]
    public async Task A_grant_that_is_no_whole_number_in_range_exits_2_and_grants_nothing(string grant)
    {
        Assert.Equal(2, await Cli.RunAsync("credits", "ann", "--grant", grant));

        Assert.Contains("--grant", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_user_that_no_url_could_name_exits_2_and_nothing_is_asked(string user)
    {
        Assert.Equal(2, await Cli.RunAsync("credits", user));

        Assert.Contains($"USER cannot be '{user}'", Cli.Error, StringComparison.Ordinal);
        Assert.Empty(Cli.Server.Requests);
    }

    [Fact]
    public async Task A_user_that_the_api_refuses_exits_2_with_its_message()
    {
        Cli.Server.Answer = _ => Results.ValidationProblem(
            new Dictionary<string, string[]> { ["user_id"] = ["must be 1 to 128 letters"] }, "They are listed under errors.", title: "The user id is wrong");

        Assert.Equal(2, await Cli.RunAsync("credits", "a b"));

        Assert.Contains("The user id is wrong:", Cli.Error, StringComparison.Ordinal);
        Assert.Contains("user_id: must be 1 to 128 letters", Cli.Error, StringComparison.Ordinal);
    }
}
