using System.Net;
using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class EmulatorRefusalTests
{
    private const string Good = """ "model": "gen4_image", "promptText": "A boat", "ratio": "720:720" """;
    private const string Gpt = """ "model": "gpt_image_2", "promptText": "A boat", "ratio": "auto" """;
    private const string Turbo = """ "model": "gen4_image_turbo", "promptText": "A boat", "ratio": "720:720" """;

    [Theory]
    [InlineData("{}", "model:invalid_type", "model:invalid_union")]
    [InlineData("[]", ":invalid_type")]
    [InlineData("""{"model": "gen9_image", "promptText": "A boat", "ratio": "720:720"}""", "model:invalid_union")]
    [InlineData("""{"model": "gen4_image"}""", "promptText:invalid_type", "ratio:invalid_type")]
    [InlineData("""{"model": "gen4_image", "promptText": "", "ratio": "16:9", "seed": -1}""",
        "promptText:too_small", "ratio:invalid_value", "seed:too_small")]
    [InlineData("""{"model": "gemini_2.5_flash", "promptText": 5, "ratio": "1920:1080"}""",
        "promptText:invalid_type", "ratio:invalid_value")]
    [InlineData("{" + Good + """, "seed": 4294967296}""", "seed:too_big")]
    [InlineData("{" + Good + """, "seed": 1.5}""", "seed:invalid_type")]
    [InlineData("{" + Good + """, "contentModeration": {"publicFigureThreshold": "high"}}""",
        "contentModeration/publicFigureThreshold:invalid_value")]
    [InlineData("{" + Good + """, "contentModeration": "low"}""", "contentModeration:invalid_type")]
    [InlineData("{" + Gpt + """, "outputCount": 2}""", "outputCount:custom")]
    [InlineData("{" + Good + """, "quality": "high", "size": 5}""", ":unrecognized_keys")]
    [InlineData("{" + Good + """, "referenceImages": [{"uri": "runway://a", "tag": "cup", "subject": "object"}]}""",
        "referenceImages/0:unrecognized_keys")]
    [InlineData("{" + Gpt + """, "quality": "max", "background": 5, "seed": "x"}""",
        "quality:invalid_value", "background:invalid_value", ":unrecognized_keys")]
    [InlineData("{" + Gpt + """, "referenceImages": [{"uri": "runway://a", "tag": "cup"}, {"uri": "runway://b", "tag": "cup"}]}""",
        "referenceImages/1/tag:custom")]
    [InlineData("""{"model": "gemini_image3_pro", "promptText": "A boat", "ratio": "1024:1024", "referenceImages": [{"uri": "runway://a", "subject": "cup"}]}""",
        "referenceImages/0/subject:invalid_value")]
    [InlineData("""{"model": "muse_image", "promptText": "A boat", "ratio": "auto", "outputFormat": "gif", "referenceImages": [{"uri": "runway://a", "tag": "cup"}]}""",
        "referenceImages/0:unrecognized_keys", "outputFormat:invalid_value")]
    [InlineData("""{"model": "grok_imagine_image_2", "promptText": "A boat", "ratio": "auto_1k", "edit": "yes"}""", "edit:invalid_type")]
    [InlineData("""{"model": "seedream5_lite", "promptText": "A boat", "ratio": "100:100"}""", "ratio:invalid_value")]
    [InlineData("{" + Turbo + "}", "referenceImages:invalid_type")]
    [InlineData("{" + Turbo + """, "referenceImages": []}""", "referenceImages:too_small")]
    [InlineData("{" + Good + """, "referenceImages": "https://example.com/a.png"}""", "referenceImages:invalid_type")]
    [InlineData("{" + Good + """, "referenceImages": ["https://example.com/a.png"]}""", "referenceImages/0:invalid_type")]
    [InlineData("{" + Good + """, "referenceImages": [{"uri": "https://example.com/a.png"}, {"tag": "ok_tag"}]}""",
        "referenceImages/1/uri:invalid_type")]
    [InlineData("{" + Good + """, "referenceImages": [{"uri": "runway://a"}, {"uri": "runway://b"}, {"uri": "runway://c"}, {"uri": "runway://d"}]}""",
        "referenceImages:too_big")]
    [InlineData("{" + Good + """, "referenceImages": [{"uri": "http://10.0.0.1/a.png", "tag": "a"}]}""",
        "referenceImages/0/uri:custom", "referenceImages/0/tag:invalid_format")]
    public async Task Every_fault_of_a_body_is_told_at_once(string body, params string[] faults)
    {
        await using var server = await EmulatorServer.StartAsync();

        var answer = await RefusedAsync(server, Encoding.UTF8.GetBytes(body));

        Assert.Equal("Validation of body failed", answer.GetProperty("error").GetString());
        Assert.Equal("https://docs.dev.runwayml.com/api", answer.GetProperty("docUrl").GetString());
        Assert.Equal(faults, answer.GetProperty("issues").EnumerateArray().Select(issue =>
            string.Join('/', issue.GetProperty("path").EnumerateArray()) + ":" + issue.GetProperty("code").GetString()));
        Assert.All(answer.GetProperty("issues").EnumerateArray(), issue => Assert.NotEmpty(issue.GetProperty("message").GetString()!));
    }

    [Fact]
    public async Task Each_model_takes_its_own_fields_and_has_its_own_price()
    {
        await using var server = await EmulatorServer.StartAsync();

        Assert.Equal(1, await CostAsync(new { model = "gpt_image_2", promptText = "A", ratio = "1088:1920", quality = "low" }));
        Assert.Equal(20, await CostAsync(new { model = "gpt_image_2", promptText = "A", ratio = "1088:1920" }));
        Assert.Equal(41, await CostAsync(new { model = "gpt_image_2", promptText = "A", ratio = "3840:2160", quality = "high" }));
        Assert.Equal(40, await CostAsync(new { model = "gemini_image3_pro", promptText = "A", ratio = "4096:4096" }));
        Assert.Equal(4, await CostAsync(new { model = "seedream5_lite", promptText = "A", ratio = "2000:3000", grounding = true }));
        Assert.Equal(5, await CostAsync(new
        {
            model = "grok_imagine_image_2",
            promptText = "A",
            ratio = "720:1280",
            quality = "medium",
            referenceImages = new[] { new { uri = "runway://a" } },
        }));

        async Task<int> CostAsync(object body)
        {
            using var response = await server.PostAsync(body);
            var answer = await EmulatorServer.BodyOf(response);
            Assert.True(response.IsSuccessStatusCode, answer.GetRawText());
            return answer.GetProperty("estimatedCost").GetProperty("credits").GetInt32();
        }
    }

    [Theory]
    [InlineData("gen4_image", 1000)]
    [InlineData("gpt_image_2", 32_000)]
    public async Task A_prompt_is_measured_in_utf16_units(string model, int limit)
    {
        await using var server = await EmulatorServer.StartAsync();
        var ratio = model == "gpt_image_2" ? "auto" : "720:720";
        var longest = string.Concat(Enumerable.Repeat("\U0001F6B2", limit / 2)); // two units each

        using var accepted = await server.PostAsync(new { model, promptText = longest, ratio });
        using var refused = await server.PostAsync(new { model, promptText = longest + "x", ratio });

        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var issue = (await EmulatorServer.BodyOf(refused)).GetProperty("issues")[0];
        Assert.Equal("too_big", issue.GetProperty("code").GetString());
        Assert.Equal(limit, issue.GetProperty("maximum").GetInt32());
    }

    [Theory]
    [InlineData("http://example.com/a.png", "Only HTTPS URLs are allowed.")]
    [InlineData("ftp://example.com/a.png", "Only HTTPS URLs are allowed.")]
    [InlineData("https://93.184.215.14/a.png", "URLs must be hosted on a domain.")]
    [InlineData("https://[2606:2800:21f::1]/a.png", "URLs must be hosted on a domain.")]
    [InlineData("https://localhost/a.png", "URLs must be hosted on a domain.")]
    [InlineData("a.png", "Invalid URL")]
    [InlineData("runway://", "Only HTTPS URLs are allowed.")]
    [InlineData("data:text/plain;base64,AAAA", "Unsupported asset type. Data URIs must include the content type of the value they encode.")]
    public async Task A_reference_image_must_be_where_runway_can_fetch_it(string uri, string message)
    {
        await using var server = await EmulatorServer.StartAsync();

        using var response = await server.PostAsync(BodyWithReference(uri));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(message, (await EmulatorServer.BodyOf(response)).GetProperty("issues")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_reference_image_may_not_be_too_long()
    {
        await using var server = await EmulatorServer.StartAsync();
        var host = "https://example.com/";

        using var longUrl = await server.PostAsync(BodyWithReference(host + new string('a', 2049 - host.Length)));
        using var largeData = await server.PostAsync(BodyWithReference("data:image/png;base64," + new string('A', 5 * 1024 * 1024)));

        Assert.Equal(HttpStatusCode.BadRequest, longUrl.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, largeData.StatusCode);
    }

    [Theory]
    [InlineData("https://example.com/a.png")]
    [InlineData("runway://uploads/123")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=")]
    public async Task A_reference_image_that_runway_can_fetch_is_accepted(string uri)
    {
        await using var server = await EmulatorServer.StartAsync();

        using var response = await server.PostAsync(BodyWithReference(uri));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"model\": \"gen4_image\", ")]
    [InlineData("{\"model\": \"gen4_image\", \"promptText\": \"\\ud800\", \"ratio\": \"720:720\"}")]
    public async Task A_body_that_is_no_json_is_refused(string body)
    {
        await using var server = await EmulatorServer.StartAsync();

        var answer = await RefusedAsync(server, Encoding.UTF8.GetBytes(body));

        Assert.Equal("The body is not valid JSON.", answer.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_body_that_is_no_utf8_is_refused()
    {
        await using var server = await EmulatorServer.StartAsync();

        await RefusedAsync(server, [.. "{\"model\": \"gen4_image\", \"promptText\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer  ")]
    [InlineData("Basic a2V5")]
    public async Task Without_a_key_nothing_is_answered_but_401(string? authorization)
    {
        await using var server = await EmulatorServer.StartAsync();
        server.Client.DefaultRequestHeaders.Remove("Authorization");
        server.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        foreach (var (method, path) in new[] { ("POST", "v1/text_to_image"), ("GET", "v1/tasks/1"), ("DELETE", "v1/tasks/1"), ("GET", "v1/organization") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.NotEmpty((await EmulatorServer.BodyOf(response)).GetProperty("error").GetString()!);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("v1")]
    public async Task Without_the_version_that_runway_asks_for_a_request_is_refused(string? version)
    {
        await using var server = await EmulatorServer.StartAsync();
        server.Client.DefaultRequestHeaders.Remove("X-Runway-Version");
        server.Client.DefaultRequestHeaders.TryAddWithoutValidation("X-Runway-Version", version);

        using var response = await server.Client.GetAsync("v1/organization", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("X-Runway-Version", (await EmulatorServer.BodyOf(response)).GetProperty("error").GetString());
    }

    private static object BodyWithReference(string uri) => new
    {
        model = "gen4_image",
        promptText = "A boat like @boat",
        ratio = "720:720",
        referenceImages = new[] { new { uri, tag = "boat" } },
    };

    private static async Task<JsonElement> RefusedAsync(EmulatorServer server, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await server.Client.PostAsync("v1/text_to_image", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        return await EmulatorServer.BodyOf(response);
    }
}
