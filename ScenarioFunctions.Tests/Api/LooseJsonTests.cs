using System.Text.Json;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Tests.Api;

/// <summary>Texts that hold JSON, as language models and people write them.</summary>
public sealed class LooseJsonTests
{
    private const string Scenario = """{"title":"T","scenes":[{}]}""";

    [Theory]
    [InlineData("```json\n{0}\n```", "Markdown code block")]
    [InlineData("Here is the scenario:\n\n```json\n{0}\n```\nEnjoy it!", "Markdown code block")]
    [InlineData("```JSON {0} ```", "Markdown code block")]
    [InlineData("~~~\n{0}\n~~~", "Markdown code block")]
    [InlineData("```\n{0}", "Markdown code block")]
    [InlineData("```\nno JSON\n```\nBut this is:\n{0}\nGood luck.", "Markdown code block")]
    [InlineData("Of `{\"a\": 1}` I made this:\n```json\n{0}\n```\nNot {\"b\": 2}.", "Markdown code block")]
    [InlineData("<think>It needs {\"title\"}</think>\n```\n{0}\n```", "Markdown code block")]
    [InlineData("Sure, here it is,\n{0}\n\n1. Scene one is short.\n2. [Link](https://example.com).", "text around")]
    [InlineData("const scenario = {0};", "text around")]
    [InlineData("Fill in {names} as you like: {0}", "text around")]
    [InlineData("// mine\n{0}", "text around")]
    [InlineData("\"{0}\"", "text around")]
    [InlineData("\uFEFF{0}", "byte order mark")]
    [InlineData("\uFEFF```json\n\uFEFF{0}\n```", "byte order mark")]
    public void What_is_around_the_JSON_is_left_out_and_said(string text, string said)
    {
        var (value, faults) = Read(text.Replace("{0}", Scenario, StringComparison.Ordinal));

        Assert.Empty(faults.ByPath);
        Assert.Equal(Scenario, value?.GetRawText());
        Assert.Contains(faults.Adjustments, adjustment => adjustment.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Plain_JSON_needs_no_word()
    {
        var (value, faults) = Read($" \r\n{Scenario}\n");

        Assert.Equal(Scenario, value?.GetRawText());
        Assert.Empty(faults.Adjustments);
    }

    [Theory]
    [InlineData("""{"title":"T",}""")]
    [InlineData("""{"title":"T", // the title""" + "\n}")]
    [InlineData("""{/* mine */ "title":/* here */"T"}""")]
    public void Trailing_commas_and_comments_are_left_out_and_said(string text)
    {
        var (value, faults) = Read(text);

        Assert.Equal("T", value?.GetProperty("title").GetString());
        Assert.Single(faults.Adjustments);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_text_that_was_encoded_again_is_decoded(int times)
    {
        var text = $"```json\n{Scenario}\n```";
        for (var i = 0; i < times; i++)
        {
            text = JsonSerializer.Serialize(text);
        }

        var (value, faults) = Read(text);

        Assert.Equal(Scenario, value?.GetRawText());
        Assert.Equal(2, faults.Adjustments.Count);
    }

    [Fact]
    public void A_string_in_a_code_block_is_decoded() =>
        Assert.Equal(Scenario, Read($"```\n{JsonSerializer.Serialize(Scenario)}\n```").Value?.GetRawText());

    [Theory]
    [InlineData("{\n \"a\": 1\n \"b\": 2\n}", "line 3, column 2: a comma is missing before '\"'")]
    [InlineData("{\"a\": oops}", "line 1, column 7: 'oops' is not a JSON value")]
    [InlineData("{\"a\": }", "line 1, column 7: a value is missing before '}'")]
    [InlineData("{\"a\" 1}", "line 1, column 6: a colon is missing before '1'")]
    [InlineData("{a: 1}", "line 1, column 2: a name in double quotes is expected, not 'a'")]
    [InlineData("{\n\u00A0\"a\": 1}", "line 2, column 1: there is an invisible character (U+00A0)")]
    [InlineData("{\"a\":\u200B1}", "line 1, column 6: there is an invisible character (U+200B)")]
    [InlineData("{“a”: 1}", "line 1, column 2: text must be in straight double quotes")]
    [InlineData("{'a': 1}", "line 1, column 2: text must be in straight double quotes")]
    [InlineData("{\"a\": \"one\ntwo\"}", "line 1, column 11: a quoted text is not closed on its line")]
    [InlineData("{\"a\": \"\\q\"}", "line 1, column 8: '\\q' is not a valid escape")]
    [InlineData("{\"a\": [1, 2}", "line 1, column 12: '}' cannot close '['")]
    [InlineData("{\"a\": [{\"b\": 1}", "line 1, column 16: the text ends, and 2 brackets are still open")]
    [InlineData("{\"a\": \"b", "line 1, column 9: the text ends before its last quote")]
    [InlineData("{\"a\":,}", "line 1, column 6: a value is missing before ','")]
    [InlineData("{\"a\": 1,,}", "line 1, column 9: there is one comma too many")]
    [InlineData("{\"a\": 01}", "line 1, column 7: '01' is not a JSON value")]
    [InlineData("{\"a\": 1}, \"b\": 2}", "line 1, column 9: the JSON ends here, but more text follows")]
    [InlineData("{\"a\": 1}}", "line 1, column 9: the JSON ends here, but more text follows")]
    [InlineData("```\n{\"a\": 1}\n\"b\": 2\n```", "line 3, column 1: the JSON ends here, but more text follows")]
    [InlineData("\"a\": {\"b\": 1}", "line 1, column 1: the JSON must be one object")]
    [InlineData("One: {\"a\": 1}\nTwo: {\"a\": 2}", "line 2, column 6: a second JSON value starts here")]
    [InlineData("```\n{\"a\": 1}\n```\nor\n```json\n{\"a\": 2}\n```", "line 6, column 1: a second JSON value starts here")]
    [InlineData("```json\n{\n \"a\": tru\n}\n```", "line 3, column 7: 'tru' is not a JSON value")]
    [InlineData("\uFEFF{\"a\": oops}", "line 1, column 7: 'oops'")]
    [InlineData("Sorry, I cannot do that.", "line 1, column 1: JSON cannot start with 'Sorry'")]
    public void What_cannot_be_read_is_told_by_line_and_column_in_plain_words(string text, string fault)
    {
        var (value, faults) = Read(text);

        Assert.Null(value);
        Assert.StartsWith($"is not valid JSON at {fault}", Assert.Single(Assert.Single(faults.ByPath).Value), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_in_a_text_that_was_encoded_again_is_told_where_it_was_posted()
    {
        var text = JsonSerializer.Serialize("{\n \"ä\": oops}"); // Encoded as "{\n \u0022\u00E4\u0022: oops}"

        var fault = Assert.Single(Assert.Single(Read(text).Faults.ByPath).Value);

        Assert.Contains($"line 1, column {text.IndexOf("oops", StringComparison.Ordinal) + 1}: 'oops'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mebibyte_of_brackets_is_refused_like_any_other_text()
    {
        foreach (var text in new[] { new string('{', 1 << 20), new string('[', 1 << 20), string.Concat(Enumerable.Repeat("{\"", 1 << 19)) })
        {
            Assert.Null(Read(text).Value);
        }
    }

    private static (JsonElement? Value, JsonFaults Faults) Read(string text)
    {
        var faults = new JsonFaults();
        return (LooseJson.Read(text, JsonPath.Root, faults), faults);
    }
}
