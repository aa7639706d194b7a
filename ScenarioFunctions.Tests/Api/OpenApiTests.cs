using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

/// <summary>That answers fit the document is checked on every answer in all these tests: <see cref="ContractHandler"/>.</summary>
public sealed class OpenApiTests
{
    private const string List = "/scenario/save/tasks";
    private const string Scenario = "5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1";
    private const string Images = $"/scenarios/{Scenario}/images";
    private const string Shown = $"/scenarios/{Scenario}/scenes/2/image";
    private const string Missing = """{"scenes":"missing"}""";
    private const string Grant = """{"grant":1}""";

    [Fact]
    public async Task Every_documented_answer_is_given()
    {
        await using var server = await ApiServer.StartAsync();
        await using var locked = await ApiServer.StartAsync(new() { ApiKey = "k" }, checks: Failing);
        await using var broken = await ApiServer.StartAsync(checks: checks => checks.Add(new("x", _ => throw new IOException(), null, null)));
        await using var poor = await ApiServer.StartAsync(grants: false);
        server.Put("open", TaskState.Running);
        server.Put("done", TaskState.Completed);
        server.PutScenario("u", id: new Guid(Scenario));
        List<HttpResponseMessage> answers =
        [
            await server.PostAsync(Posts.Save(), "k"), await server.PostAsync(Posts.Save(shortId: "s2"), "k"),
            await server.PostAsync("{}"), await server.PostAsync(new string(' ', 1024 * 1024 + 1)), await server.PostAsync([], "text/plain"),
            await server.PostAsync(Posts.Save(), path: "/scenario/save?dry_run=true"),
            await server.GetAsync(List), await NotModifiedAsync(server, List), await server.GetAsync($"{List}?limit=0"),
            await server.GetAsync($"{List}/open"), await NotModifiedAsync(server, $"{List}/open"), await server.GetAsync($"{List}/none"),
            await server.GetAsync($"{List}/done/events"), await AfterTheEndAsync(server), await server.GetAsync($"{List}/none/events"),
            await server.DeleteAsync($"{List}/open"), await server.DeleteAsync($"{List}/done"), await server.DeleteAsync($"{List}/none"),
            await ResumedAsync(server),
            .. await WebhookAsync(),
            await server.PostAsync("", path: $"{List}/done/resume"), await server.PostAsync("", path: $"{List}/none/resume"),
            await server.GetAsync("/scenarios"), await server.GetAsync("/scenarios?limit=0"),
            await server.GetAsync($"/scenarios/{Scenario}"), await server.GetAsync("/scenarios/none"),
            await server.PostAsync(Missing, "k2", Images), await server.PostAsync("""{"scenes":[{"scene_number":3}]}""", "k2", Images),
            await server.PostAsync("{}", path: Images), await server.PostAsync(Missing, path: "/scenarios/none/images"),
            await server.PostAsync(TooLong, path: Images), await server.PostAsync([], "text/plain", path: Images),
            await NothingMissingAsync(server), await InProgressAsync(server), await server.PutAsync("""{"version":1}""", Shown),
            await server.PutAsync("{}", Shown), await server.PutAsync("{}", "/scenarios/none/scenes/2/image"),
            await server.PutAsync(TooLong, Shown), await server.PutAsync("{}", Shown, "text/plain"), .. await DeleteScenarioAsync(server),
            await server.GetAsync("/credits/u"), await server.GetAsync("/credits/%20"), await server.PostAsync(Grant, path: "/credits/u"),
            await server.PostAsync("{}", path: "/credits/u"), await server.PostAsync(Grant, "k", "/credits/u"), await server.PostAsync("""{"grant":2}""", "k", "/credits/u"), await poor.PostAsync(Grant, path: "/credits/u"),
            await server.PostAsync(new string(' ', 1024 * 1024 + 1), path: "/credits/u"), await server.PostAsync([], "text/plain", path: "/credits/u"),
            await server.GetAsync("/health"), await locked.GetAsync("/health"), await broken.GetAsync("/health"), await server.GetAsync("/openapi.json"),
            .. await AllAsync(locked), .. await TooOftenAsync(locked), .. await AsAnotherHostAsync(poor), .. await AsAnotherUserAsync(),
            .. await FailingAsync(server, new InvalidOperationException()), .. await FailingAsync(server, new EngineUnavailableException("")),
        ];
        var given = answers.Select(answer => (answer.RequestMessage!.Method.Method,
            Contract.PathOf(answer.RequestMessage.RequestUri!), $"{(int)answer.StatusCode}"));
        Assert.Equal(Contract.Answers().Order(), given.Distinct().Order());
    }

    [Fact]
    public async Task The_document_is_served_and_names_this_version()
    {
        await using var server = await ApiServer.StartAsync();
        var document = await (await server.GetAsync("/openapi.json")).JsonAsync();
        Assert.True(JsonNode.DeepEquals(Contract.Document, document));
        Assert.Equal(typeof(ScenarioApi).Assembly.GetName().Version!.ToString(3), document["info"]!["version"]!.GetValue<string>());
    }

    [Fact]
    public void Every_example_fits_its_schema()
    {
        var faults =
            from media in Objects(Contract.Document).Where(node => node["schema"] is not null && (node["example"] ?? node["examples"]) is not null)
            from example in media["examples"] is JsonObject several ? several.Select(one => one.Value!["value"]) : [media["example"]]
            from fault in Schema.FaultsOf(example, media["schema"]!, example!.ToJsonString())
            select fault;
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_component_is_used()
    {
        var references = Objects(Contract.Document).Select(node => node["$ref"]?.GetValue<string>()).OfType<string>().ToHashSet();
        var components =
            from kind in Contract.Document["components"]!.AsObject()
            where kind.Key != "securitySchemes"
            from component in kind.Value!.AsObject()
            select $"#/components/{kind.Key}/{component.Key}";
        Assert.Equal(components.Order(), references.Order());
    }

    [Fact]
    public void Every_state_and_reason_is_documented()
    {
        Assert.Equal(Names<TaskState>(), Documented("TaskStatus"));
        Assert.Equal(Names<SceneStatus>(), Documented("SceneStatus"));
        Assert.Equal(Names<SceneReason>(), Documented("SceneReason"));
    }

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => System.Text.Json.JsonSerializer.Serialize(value).Trim('"'));

    private static IEnumerable<string> Documented(string schema) =>
        Contract.Document["components"]!["schemas"]![schema]!["enum"]!.AsArray().Select(name => name!.GetValue<string>());

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Objects(field.Value)).Prepend(fields),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    private static void Failing(IHealthChecksBuilder checks) =>
        checks.AddCheck("database", () => HealthCheckResult.Unhealthy("away"));

    private static async Task<HttpResponseMessage[]> TooOftenAsync(ApiServer locked)
    {
        for (var answer = await locked.GetAsync(List); answer.StatusCode == HttpStatusCode.Unauthorized;)
        {
            answer = await locked.GetAsync(List);
        }

        return await AllAsync(locked);
    }

    private static async Task<HttpResponseMessage[]> AsAnotherUserAsync()
    {
        await using var auth = await SupabaseAuth.StartAsync();
        await using var server = await ApiServer.StartAsync(new() { UserTokens = new UserTokenSettings(auth.Url, null) });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", auth.TokenOf("other", server.Time.GetUtcNow()));
        return [.. await AllAsync(server), await server.GetAsync($"{List}?user_id=u"), await server.GetAsync("/scenarios?user_id=u")];
    }

    private static async Task<HttpResponseMessage[]> AsAnotherHostAsync(ApiServer server)
    {
        server.Client.DefaultRequestHeaders.Host = "evil.example";
        return [.. await AllAsync(server), await server.GetAsync("/health"), await server.GetAsync("/openapi.json")];
    }

    private static readonly string TooLong = new(' ', 1024 * 1024 + 1);

    private static Task<HttpResponseMessage> ResumedAsync(ApiServer server)
    {
        server.Put("failed", TaskState.Failed);
        return server.PostAsync("", path: $"{List}/failed/resume");
    }

    private static async Task<HttpResponseMessage[]> WebhookAsync()
    {
        await using var server = await ApiServer.StartAsync(new() { WebhookSecret = "whsec_", MaxPostsPerMinute = 1 });
        server.Put("plain", TaskState.Completed);
        server.Engine.Put(server.Put("called", TaskState.Completed) with { Callback = new("https://example.com/hook", "") });
        return
        [
            await server.PostAsync("", path: $"{List}/called/webhook"), await server.PostAsync("", path: $"{List}/called/webhook"),
            await server.PostAsync("", path: $"{List}/none/webhook"), await server.PostAsync("", path: $"{List}/plain/webhook"),
        ];
    }

    private static async Task<HttpResponseMessage> NothingMissingAsync(ApiServer server)
    {
        var id = Guid.NewGuid();
        var stored = server.PutScenario("u", id: id);
        server.Store.Scenarios[^1] = stored with { Scenes = [.. stored.Scenes.Take(2)] };
        return await server.PostAsync(Missing, path: $"/scenarios/{id}/images");
    }

    private static async Task<HttpResponseMessage> InProgressAsync(ApiServer server)
    {
        server.Store.ImagesUnderWay.Enqueue("open");
        server.Put("open", TaskState.Running);
        return await server.PostAsync(Missing, path: Images);
    }

    private static async Task<HttpResponseMessage[]> DeleteScenarioAsync(ApiServer server)
    {
        server.Put("t1", TaskState.Running);
        var refused = await server.DeleteAsync($"/scenarios/{Scenario}");
        server.Put("t1", TaskState.Completed);
        return [refused, await server.DeleteAsync($"/scenarios/{Scenario}"), await server.DeleteAsync($"/scenarios/{Scenario}")];
    }

    private static async Task<HttpResponseMessage> NotModifiedAsync(ApiServer server, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "If-None-Match", "*" } } };
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage> AfterTheEndAsync(ApiServer server)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{List}/done/events") { Headers = { { "Last-Event-ID", "ended" } } };
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage[]> FailingAsync(ApiServer server, Exception failure)
    {
        server.Engine.Failure = failure;
        server.Credits.Failure = failure;
        server.Store.Failure = failure;
        return await AllAsync(server);
    }

    private static async Task<HttpResponseMessage[]> AllAsync(ApiServer server) =>
    [
        await server.PostAsync(Posts.Save()),
        await server.GetAsync(List),
        await server.GetAsync($"{List}/open"),
        await server.GetAsync($"{List}/open/events"),
        await server.DeleteAsync($"{List}/open"),
        await server.GetAsync("/scenarios"),
        await server.GetAsync($"/scenarios/{Scenario}"),
        await server.PostAsync(Missing, path: Images),
        await server.PostAsync("", path: $"{List}/open/resume"),
        await server.PostAsync("", path: $"{List}/open/webhook"),
        await server.PutAsync("""{"version":1}""", Shown),
        await server.DeleteAsync($"/scenarios/{Scenario}"),
        await server.GetAsync("/credits/u"),
        await server.PostAsync(Grant, path: "/credits/u"),
    ];
}
