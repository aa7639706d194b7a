using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Azure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Access;

/// <summary>Every route, asked by everyone, with the settings and services of each host.</summary>
public sealed class AccessMatrixTests
{
    private const string List = "/scenario/save/tasks";
    private const string Owner = "user_1";
    private const string Scenario = "5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1";

    /// <summary>The last is the answer to a request that is let in.</summary>
    private static readonly (string Method, string Path, string? Body, int Answer)[] Routes =
    [
        ("POST", "/scenario/save", Posts.Save(userId: Owner), 202),
        ("GET", List, null, 200),
        ("GET", $"{List}?user_id={Owner}", null, 200),
        ("GET", $"{List}/open", null, 200),
        ("GET", $"{List}/done/events", null, 200),
        ("DELETE", $"{List}/open", null, 202),
        ("POST", $"{List}/failed/resume", null, 202),
        ("POST", $"{List}/done/webhook", null, 202),
        ("GET", "/scenarios", null, 200),
        ("GET", $"/scenarios?user_id={Owner}", null, 200),
        ("GET", $"/scenarios/{Scenario}", null, 200),
        ("PUT", $"/scenarios/{Scenario}/scenes/2/image", """{"version":1}""", 200),
        ("POST", $"/scenarios/{Scenario}/images", """{"scenes":"missing"}""", 202),
        ("DELETE", $"/scenarios/{Scenario}", null, 200),
        ("GET", $"/credits/{Owner}", null, 200),
        ("POST", $"/credits/{Owner}", """{"grant":1}""", 200),
        ("GET", "/openapi.json", null, 200),
    ];

    /// <summary>The answers in the order of <see cref="Routes"/>; 0 stands for being let in.</summary>
    private static readonly Dictionary<string, int[]> Expected = new()
    {
        ["no key"] = [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 0],
        ["wrong key"] = [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 0],
        ["key"] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ["the user's token"] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 403, 0],
        ["another user's token"] = [403, 0, 403, 404, 404, 404, 404, 404, 0, 403, 404, 404, 404, 404, 403, 403, 0],
        ["an expired token"] = [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 0],
        ["a token of another project"] = [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 0],
        ["a token for another audience"] = [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 0],
    };

    public static TheoryData<string, string> Callers =>
        new(from host in new[] { "embedded", "azure" } from caller in Expected.Keys select (host, caller));

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Every_route_knows_who_may(string host, string caller)
    {
        await using var auth = await SupabaseAuth.StartAsync();
        await using var stranger = await SupabaseAuth.StartAsync();
        await using var server = await ApiServer.StartAsync(host: services => AddHost(services, host, auth.Url));
        var now = server.Time.GetUtcNow();
        var token = caller switch
        {
            "no key" => null,
            "wrong key" => "wrong-key-of-24-characters",
            "key" => TestSettings.ApiKey,
            "the user's token" => auth.TokenOf(Owner, now),
            "another user's token" => auth.TokenOf("user_2", now),
            "an expired token" => auth.TokenOf(Owner, now.AddMinutes(-61)),
            "a token of another project" => stranger.TokenOf(Owner, now, SupabaseAuth.IssuerOf(auth.Url)),
            _ => auth.TokenOf(Owner, now, audience: "anon"),
        };

        var answers = new List<int>();
        foreach (var (method, path, body, _) in Routes)
        {
            server.Put("open", TaskState.Running);
            server.Put("failed", TaskState.Failed);
            server.Engine.Put(server.Put("done", TaskState.Completed) with { Callback = new("https://example.com/hook", "") });
            server.Store.Scenarios.Clear();
            server.PutScenario(Owner, id: new Guid(Scenario));
            answers.Add(await SendAsync(server, method, path, body, token));
        }

        Assert.Equal(Expected[caller].Zip(Routes, (answer, route) => answer == 0 ? route.Answer : answer), answers);
        Assert.Equal(answers.Zip(Routes).Count(one => one.First == 202 && one.Second is { Method: "POST", Body: not null }), server.Engine.Started.Count);
    }

    private static void AddHost(IServiceCollection services, string host, Uri supabase)
    {
        var settings = TestSettings.Complete;
        settings["SUPABASE_URL"] = supabase.AbsoluteUri;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        if (host == "azure")
        {
            services.AddSaveScenarioService(configuration);
        }
        else
        {
            services.AddSingleton(HostSettings.Read(configuration).Service).AddScenarioApi();
        }
    }

    private static async Task<int> SendAsync(ApiServer server, string method, string path, string? body, string? token)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return (int)(await server.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode;
    }
}
