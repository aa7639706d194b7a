using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>10,000 bodies, each a good one with some of it changed, posted to the real service.</summary>
public sealed class MutatedPostTests
{
    private const int Bodies = 10_000;
    private const int AtOnce = 16;

    private static readonly string[] Columns =
        ["description", "image_prompt", "visual_prompt", "product_reference_image_url", "image_reasoning"];

    private static readonly JsonObject Good = JsonNode.Parse("""
        {
          "short_id": "short_1", "user_id": "user_1",
          "scenario": {
            "scenario_id": "s", "title": "Title", "description": "Text", "style": "x", "mood": "y", "resolution": "1080:1920",
            "total_duration": 12.5, "detected_demographics": {"age_group": "adults"}, "extra": [1, {"a": null}],
            "audio_script": {"hook": "h", "main": "m", "cta": "c", "hashtags": ["#a"]},
            "scenes": [
              {"scene_id": "1", "scene_number": 1, "description": "d", "duration": 2, "image_prompt": "p", "visual_prompt": "v"},
              {"description": "e", "duration": 0.5, "image_prompt": "q", "image_reasoning": "r",
               "product_reference_image_url": "https://example.com/p.jpg", "other": true}
            ]
          }
        }
        """)!.AsObject();

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "1e308", "0.1", "9007199254740993", "[]", "{}", "[[]]", "\"\"", "\" \"", "\"short_2\"",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"Zażółć gęślą jaźń 漢字 🌍 \\u202e\"", "{\"a\":1,\"a\":2}",
        $"\"{new string('x', 5000)}\"", $"{new string('[', 70)}{new string(']', 70)}", "[{\"image_prompt\":\"z\",\"duration\":1}]",
    ];

    private static readonly string[] Splices = ["{", "}", "[", "]", ",", ":", "\"", "\\", "\0", "\uFEFF", " ", "😀", "e", "1", "-"];

    /// <summary>As language models write it.</summary>
    private static readonly JsonDocumentOptions Loose = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mutated_body_is_taken_whole_or_refused_without_a_trace()
    {
        using var folder = new HostFolder();
        folder.Settings["LOCAL_STARTING_CREDITS"] = "0";
        var accepted = new ConcurrentDictionary<string, byte[]>();
        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            await Parallel.ForEachAsync(
                Mutations().Sample(Bodies),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Stop },
                async (body, _) => await PostAsync(client, body, accepted));
            foreach (var taskId in accepted.Keys)
            {
                await client.WaitAsync(taskId);
            }
        }

        Assert.InRange(accepted.Count, Bodies / 50, Bodies - (Bodies / 50));
        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal(accepted.Keys.ToHashSet(), data.Tasks.Select(task => task.Id).ToHashSet());
        Assert.All(data.Tasks, task => Assert.Equal("completed", task.State));
        await using var database = LocalDatabase.Open(data.DatabasePath);
        foreach (var (taskId, body) in accepted)
        {
            AssertUnchanged(database, taskId, body);
        }
    }

    private static async Task PostAsync(TaskClient client, byte[] body, ConcurrentDictionary<string, byte[]> accepted)
    {
        using var response = await client.SendPostAsync(body, key: null);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            Assert.True(accepted.TryAdd((string)answer["task_id"]!, body));
            return;
        }

        Assert.True(
            response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
                && response.Content.Headers.ContentType?.MediaType == "application/problem+json",
            $"{(int)response.StatusCode} to {Encoding.UTF8.GetString(body)}");
    }

    /// <summary>What was posted, read by another reader than the service's, against the rows.</summary>
    private static void AssertUnchanged(LocalDatabase database, string taskId, byte[] body)
    {
        using var document = JsonDocument.Parse(WithoutTextAround(Encoding.UTF8.GetString(body)), Loose);
        var posted = document.RootElement.GetProperty("scenario");
        using var inner = posted.ValueKind == JsonValueKind.String ? JsonDocument.Parse(WithoutTextAround(posted.GetString()!), Loose) : null;
        var scenario = inner?.RootElement ?? posted;
        var scenarioId = ScenarioIds.Scenario(taskId);
        var row = database.Read(connection => connection.QuerySingle<(string User, string Title, string Description, string Metadata)>(
            "SELECT user_id, title, description, metadata FROM video_scenarios WHERE id = @scenarioId", new { scenarioId }));
        Assert.Equal(document.RootElement.GetProperty("user_id").GetString(), row.User);
        Assert.Equal(Text(scenario, "title"), row.Title);
        Assert.Equal(Text(scenario, "description"), row.Description);
        AssertMetadata(scenario, row.Metadata);
        var scenes = database.Read(connection => connection
            .Query($"SELECT {string.Join(", ", Columns)} FROM video_scenes WHERE scenario_id = @scenarioId ORDER BY scene_number", new { scenarioId })
            .Cast<IDictionary<string, object?>>().ToList());
        Assert.Equal(scenario.GetProperty("scenes").GetArrayLength(), scenes.Count);
        foreach (var (scene, stored) in scenario.GetProperty("scenes").EnumerateArray().Zip(scenes))
        {
            foreach (var column in Columns)
            {
                var text = Text(scene, column);
                var isBlankUrl = column == "product_reference_image_url" && string.IsNullOrWhiteSpace(text);
                var saysNone = column == "image_prompt" && text.Length > 0 && text.All(IsPunctuation);
                Assert.Equal(isBlankUrl || saysNone ? "" : text, (string?)stored[column] ?? "");
            }
        }
    }

    /// <summary>A prompt of nothing else is read as none.</summary>
    private static bool IsPunctuation(char letter) => char.IsPunctuation(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format;

    private static string WithoutTextAround(string text) =>
        text[text.IndexOf('{', StringComparison.Ordinal)..(text.LastIndexOf('}') + 1)];

    private static void AssertMetadata(JsonElement scenario, string metadata)
    {
        if (scenario.TryGetProperty("extra", out var extra))
        {
            using var stored = JsonDocument.Parse(metadata);
            Assert.True(JsonElement.DeepEquals(extra, stored.RootElement.GetProperty("extra")), metadata);
        }
    }

    private static string Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    private static Gen<byte[]> Mutations() => Gen.Frequency((6, Structural()), (2, Structural().Select(AsString)), (2, Spliced()));

    /// <summary>One to three values anywhere in the tree replaced, removed or doubled.</summary>
    private static Gen<byte[]> Structural() =>
        from edits in (from at in Gen.Choose(0, 1_000_000)
                       from how in Gen.Choose(0, 9)
                       from value in Gen.Elements(Values)
                       select (at, how, value)).ListOf(3)
        from count in Gen.Choose(1, 3)
        select Encoding.UTF8.GetBytes(edits.Take(count).Aggregate(Good.ToJsonString(), Edit));

    private static string Edit(string body, (int At, int How, string Value) edit)
    {
        // A value's place is after a colon, a comma or a bracket; what is put there may or may not fit.
        var places = body.Index().Where(c => c.Item is ':' or '[').Select(c => c.Index + 1).ToArray();
        var at = places[edit.At % places.Length];
        var end = EndOfValue(body, at);
        return edit.How switch
        {
            0 => body[..at] + body[at..end] + "," + body[at..end] + body[end..],
            1 => body[..at] + body[end..],
            _ => body[..at] + edit.Value + body[end..],
        };
    }

    private static int EndOfValue(string body, int at)
    {
        var (depth, quoted) = (0, false);
        for (var i = at; i < body.Length; i++)
        {
            switch (body[i])
            {
                case '\\' when quoted: i++; break;
                case '"': quoted = !quoted; break;
                case '{' or '[' when !quoted: depth++; break;
                case ',' or '}' or ']' when !quoted && depth == 0: return i;
                case '}' or ']' when !quoted: depth--; break;
            }
        }

        return body.Length;
    }

    /// <summary>The scenario as a string that holds it, as clients of the old service send it.</summary>
    private static byte[] AsString(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 200 });
            var scenario = document.RootElement.GetProperty("scenario").GetRawText();
            return Encoding.UTF8.GetBytes($$"""{"short_id":"a","user_id":"b","scenario":{{JsonSerializer.Serialize(scenario)}}}""");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body;
        }
    }

    private static Gen<byte[]> Spliced() =>
        from at in Gen.Choose(0, 1_000_000)
        from cut in Gen.Choose(0, 3)
        from splice in Gen.Elements(Splices)
        let body = Good.ToJsonString()
        let start = at % body.Length
        select Encoding.UTF8.GetBytes(body[..start] + splice + body[Math.Min(start + cut, body.Length)..]);
}
