using System.Net.Http.Json;
using System.Text.Json;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;
using ScenarioFunctions.Tests.Emulator;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;
using Posts = ScenarioFunctions.Tests.Infrastructure.Api.Posts;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>
/// The whole production service on loopback: the worker's process under the tests' host, Supabase's routes over
/// a real PostgreSQL, and the emulator of RunwayML.
/// </summary>
internal sealed class ProductionService : IAsyncDisposable
{
    private ProductionService(SupabaseTestServer supabase, EmulatorServer runway, FunctionsHost host)
    {
        Supabase = supabase;
        Runway = runway;
        Host = host;
        Client = new HttpClient(new ContractHandler()) { BaseAddress = host.Address };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", TestSettings.ApiKey);
    }

    public SupabaseTestServer Supabase { get; }

    public EmulatorServer Runway { get; }

    public FunctionsHost Host { get; }

    /// <summary>Sends the API key, and fails on an answer that <c>openapi.json</c> does not describe.</summary>
    public HttpClient Client { get; }

    /// <param name="cluster">Where its database is made.</param>
    /// <param name="program">The worker.</param>
    /// <param name="time">RunwayML's clock: one that stands still finishes no image.</param>
    public static async Task<ProductionService> StartAsync(
        PostgresCluster cluster, WorkerProgram program, TimeProvider? time = null)
    {
        var supabase = await SupabaseTestServer.StartAsync(cluster);
        var runway = await EmulatorServer.StartAsync(
            new EmulatorSettings { Latency = TimeSpan.FromMilliseconds(100) }, time ?? TimeProvider.System);
        var host = await FunctionsHost.StartAsync(program.Path, new Dictionary<string, string>
        {
            ["API_KEY"] = TestSettings.ApiKey,
            ["SUPABASE_URL"] = supabase.Url.AbsoluteUri,
            ["SUPABASE_SERVICE_ROLE_KEY"] = SupabaseKeys.ServiceRole,
            ["RUNWAYML_API_SECRET"] = "key_test",
            ["RUNWAYML_BASE_URL"] = runway.Client.BaseAddress!.AbsoluteUri,
            ["RUNWAYML_POLL_SECONDS"] = "0.05",
        });
        return new ProductionService(supabase, runway, host);
    }

    public Task GrantAsync(string user, int credits) =>
        Supabase.Database.ExecuteAsync($"insert into credit_accounts values ('{user}', {credits})");

    /// <returns>The id of the task that makes the images of this scenario.</returns>
    public async Task<string> SaveAsync(string scenario, string user)
    {
        using var response = await PostAsync(Posts.Save(scenario, userId: user));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Stop));
        return (string)(await response.JsonAsync())["task_id"]!;
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? key = null) =>
        PostAsync(new StringContent(body, mediaType: new("application/json")), key);

    public async Task<HttpResponseMessage> PostAsync(HttpContent body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save") { Content = body };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Client.SendAsync(request, Stop);
    }

    public Task<JsonElement> TaskAsync(string id) =>
        Client.GetFromJsonAsync<JsonElement>($"/scenario/save/tasks/{id}", Stop);

    /// <summary>Waits until RunwayML has been asked for that many images; more are a failure.</summary>
    public async Task BoughtAsync(int images)
    {
        var bought = 0;
        await Patience.UntilAsync(IsSoAsync, () => $"{bought} images were bought.", Stop);

        async Task<bool> IsSoAsync()
        {
            using var response = await Runway.Client.GetAsync("v1/organization", Stop);
            var models = (await EmulatorServer.BodyOf(response)).GetProperty("usage").GetProperty("models");
            bought = models.EnumerateObject().Sum(model => model.Value.GetProperty("dailyGenerations").GetInt32());
            Assert.True(bought <= images, $"{bought} images were bought");
            return bought == images;
        }
    }

    /// <summary>Waits until that many scenes are so.</summary>
    /// <param name="condition">In SQL, over the columns of <c>video_scenes</c>.</param>
    /// <param name="scenes">How many.</param>
    public Task ScenesAsync(string condition, int scenes) => Patience.UntilAsync(
        async () => scenes == await Supabase.Database.ScalarAsync<long>($"select count(*) from video_scenes where {condition}"),
        () => $"Not {scenes} scenes have {condition}.",
        Stop);

    /// <summary>Waits until the task has ended.</summary>
    public async Task<JsonElement> EndAsync(string id)
    {
        JsonElement task = default;
        await Patience.UntilAsync(IsSoAsync, () => $"{task} {Host.Fault}", Stop);
        return task;

        async Task<bool> IsSoAsync()
        {
            task = await TaskAsync(id);
            return task.GetProperty("status").GetString() is not ("pending" or "running");
        }
    }

    /// <summary>Waits until the task has completed; where it ends otherwise, the worker's warnings and errors tell why.</summary>
    public async Task<JsonElement> CompleteAsync(string id)
    {
        var task = await EndAsync(id);
        var trouble = Host.Worker.Log.Where(line => line.Level >= RpcLog.Types.Level.Warning);
        Assert.True(
            task.GetProperty("status").GetString() == "completed",
            $"{task}\n{string.Join('\n', trouble.Select(line => $"{line.Level}: {line.Message} {line.Exception?.Message}"))}");
        return task;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await Runway.DisposeAsync();
        await Supabase.DisposeAsync();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}

/// <summary>One service for all tests of a class that leave it running; the first of them starts it.</summary>
public sealed class SharedService(PostgresCluster cluster, WorkerProgram program) : IAsyncDisposable
{
    private readonly Lazy<Task<ProductionService>> service = new(() => ProductionService.StartAsync(cluster, program));

    internal Task<ProductionService> StartedAsync() => service.Value;

    public async ValueTask DisposeAsync()
    {
        if (service is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await service.Value.Result.DisposeAsync();
        }
    }
}
