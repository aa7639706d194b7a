using System.Net;
using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Supabase;

namespace ScenarioFunctions.Tests.Core;

/// <summary>Text from elsewhere that ends in a log or a terminal.</summary>
public sealed class PlainTextTests
{
    private const string Evil = "\u001b]0;owned\u0007\r\nnext\u202e";

    [Fact]
    public void A_faults_path_and_words_do_not_steer_the_terminal()
    {
        var problem = new Problem
        {
            Type = "t",
            Title = $"Not valid {Evil}",
            Status = 400,
            Detail = "d",
            Errors = new Dictionary<string, IReadOnlyList<string>> { [$"$.{Evil}"] = [$"is wrong {Evil}"] },
        };

        var lines = new ApiProblemException(HttpStatusCode.BadRequest, problem).Explain().Split(Environment.NewLine);

        Assert.Equal(["Not valid  ]0;owned next :", "  $. ]0;owned next : is wrong  ]0;owned next"], lines);
    }

    [Fact]
    public void A_wrong_setting_is_told_on_one_line()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("IMAGE_CREDITS", $"2{Evil}")]).Build());
        ServiceSettings.Read(reader, isExposed: false);

        var fault = Assert.Single(Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Faults);

        Assert.DoesNotContain(fault, char.IsControl);
    }

    [Fact]
    public void What_supabase_says_is_told_on_one_line()
    {
        var settings = new SupabaseSettings { Url = new Uri("http://localhost"), ServiceRoleKey = "key" };
        var body = System.Text.Json.JsonSerializer.Serialize(new { code = "23505", message = $"duplicate {Evil}" });

        Assert.Equal("Saving: duplicate  ]0;owned next  (23505, HTTP 409)", SupabaseErrors.From("Saving", 409, body, settings).Message);
    }
}
