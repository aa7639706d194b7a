using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Tests.Api.Dialects;

/// <summary>
/// Writes a scenario as language models and their users do, from a seed. Each dialect changes how the scenario is written, or one
/// thing in it that has a meaning of its own.
/// </summary>
internal sealed class PostedDialects(int seed)
{
    private static readonly string[] Words =
    [
        "linen", "apron", "light", "window", "Küche", "café", "🍞", "slow", "{soft}", "[close]", "\"quoted\"", "back\\slash", "a,", "b:", "// no comment",
        "/* none */", "```", "tab\there", "line\nbreak", "日本", "“curly”", "5s", "it's",
    ];

    private static readonly string[] Before =
    [
        "", "Here is your scenario:\n\n", "Sure! I have written three scenes, as you asked.\n", "**Scenario**\n\n", "# Scenario (v2)\n> Enjoy:\n",
        "I used the {product} that you named.\r\n\r\n", "Voilà 🎬 : ",
    ];

    private static readonly string[] After =
    [
        "", "\n\nLet me know if I should change anything!", "\n\n1. The first scene sets the mood.\n2. The last one sells.\n", "\n---\n*Tip:* use [RunwayML](https://runwayml.com).",
        "\r\n\r\nTotal: 24 s (3 × 8 s)",
    ];

    private readonly Random random = new(seed);

    /// <summary>A plain scenario with one to six scenes.</summary>
    public JsonObject Scenario()
    {
        var scenes = Enumerable.Range(1, random.Next(1, 7)).Select(number => (JsonNode)new JsonObject
        {
            ["scene_id"] = $"scene-{number}",
            ["scene_number"] = number,
            ["description"] = Text(),
            ["duration"] = random.Next(1, 20),
            ["image_prompt"] = Text(),
            ["visual_prompt"] = Text(),
            ["image_reasoning"] = Text(),
            ["product_reference_image_url"] = Pick("https://shop.example.com/apron.jpg", "", null),
        }).ToArray();
        return new JsonObject
        {
            ["title"] = Text(),
            ["description"] = Text(),
            ["scenes"] = new JsonArray(scenes),
            ["audio_script"] = new JsonObject { ["hook"] = Text(), ["main"] = Text(), ["cta"] = Text(), ["hashtags"] = new JsonArray("#a", "#b") },
            ["total_duration"] = 24,
            ["style"] = Text(),
            ["resolution"] = Pick("720:1280", "1280:720"),
        };
    }

    public string CodeBlock(string json)
    {
        var fence = Pick("```", "~~~");
        var open = Pick("\n", "\r\n", " ");
        return $"{Pick(Before)}{fence}{Pick("json", "JSON", "", "javascript")}{open}{json}{Pick("\n", "\r\n", " ", "")}{Pick(fence + Pick(After), fence, "")}";
    }

    public string Sentences(string json) => $"{Pick(Before)}{json}{Pick(After)}";

    public string ByteOrderMark(string json) => $"{Pick("\uFEFF", " \uFEFF", "\uFEFF\n")}{json}{Pick("", "\uFEFF")}";

    public string EncodedAgain(string json) => Enumerable.Range(0, random.Next(1, 4)).Aggregate(json, (text, _) => JsonSerializer.Serialize(text));

    public string Wrapped(string json)
    {
        var inner = Pick(json, JsonSerializer.Serialize(json));
        return Pick(
            $$"""{"scenario": {{inner}}}""",
            $$"""{"short_id": "other", "user_id": "someone", "scenario": {{inner}}}""",
            $$$"""{"scenario": {"scenario": {{{inner}}}}}""");
    }

    public string TrailingCommas(string json) => Between(json, before: "}]", () => Pick(",", " ,", ",\n"));

    public string Comments(string json) => Between(json, before: "{[", () => Pick("/* note */", " // note, \"quoted\"\n", "/* } */\n"));

    /// <summary>Several at once.</summary>
    public string Mixed(string json)
    {
        json = random.Next(2) == 0 ? json : TrailingCommas(json);
        json = random.Next(2) == 0 ? json : Comments(json);
        json = random.Next(2) == 0 ? json : $$"""{"scenario": {{JsonSerializer.Serialize(json)}}}""";
        json = random.Next(2) == 0 ? json : JsonSerializer.Serialize(json);
        return random.Next(3) switch
        {
            0 => CodeBlock(json),
            1 => Sentences(json),
            _ => ByteOrderMark(json),
        };
    }

    /// <summary>As an answer that ran out of tokens: the text ends before the scenario does.</summary>
    public string CutOff(string json) => json[..random.Next(1, json.LastIndexOf('}'))];

    public T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];

    public int Next(int below) => random.Next(below);

    private string Text() => string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(Words)));

    /// <summary>Inserts at some of the brackets outside texts; before closing ones only where something stands in front of them.</summary>
    private string Between(string json, string before, Func<string> insertion)
    {
        var written = new StringBuilder();
        var inString = false;
        for (var at = 0; at < json.Length; at++)
        {
            var isEscaped = inString && json[at] == '\\';
            var last = written.ToString().TrimEnd();
            if (!inString && before.Contains(json[at]) && random.Next(3) == 0 && last.Length > 0 && last[^1] is not ('{' or '[' or ',' or '/'))
            {
                written.Append(insertion());
            }

            inString ^= json[at] == '"';
            written.Append(json[at]);
            if (isEscaped)
            {
                written.Append(json[++at]);
            }
        }

        return written.ToString();
    }
}
