using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary>The functions as the worker calls them, on the host's own services and a real task hub.</summary>
public sealed class HttpFunctionsTests : IAsyncLifetime
{
    private const string Body = """
        {"short_id": "s1", "user_id": "u1", "scenario": {"title": "T", "resolution": "1080:1920", "scenes": [
            {"scene_number": 1, "image_prompt": "Scene 1", "duration": 5}, {"scene_number": 2, "image_prompt": "Scene 2", "duration": 5}]}}
        """;

    private readonly Backend backend = new();
    private readonly ServiceProvider services;
    private TaskHubServer hub = null!;
    private TaskHubWorker worker = null!;

    public HttpFunctionsTests()
    {
        var connection = new BackendConnection(backend, TimeProvider.System);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(TestSettings.Complete).Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSaveScenarioService(configuration)
            .AddSingleton<IScenarioStore>(connection)
            .AddSingleton<ICreditLedger>(connection)
            .AddSingleton<IImageGenerator>(connection)
            .AddSingleton<IImageStore>(connection)
            .AddSingleton<TaskFunctions>()
            .AddSingleton<ServiceFunctions>()
            .AddSingleton<WorkflowFunctions>()
            .AddSingleton<StepFunctions>()
            .AddSingleton<WebhookFunctions>()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TaskFunctions Tasks => services.GetRequiredService<TaskFunctions>();

    private ServiceFunctions Service => services.GetRequiredService<ServiceFunctions>();

    public async ValueTask InitializeAsync()
    {
        hub = await TaskHubServer.StartAsync(new MemoryTaskHub());
        worker = await TaskHubWorker.StartAsync(hub.Address, services);
    }

    public async ValueTask DisposeAsync()
    {
        backend.Crash();
        await worker.DisposeAsync();
        await hub.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public void Every_function_has_its_name_method_and_route()
    {
        var functions = typeof(TaskFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Select(method => (Function: method.GetCustomAttribute<FunctionAttribute>()?.Name, Method: method))
            .Where(one => one.Function is not null)
            .Select(one => $"{one.Function}{RouteOf(one.Method)}");

        Assert.Equal(
            [
                "CancelSaveScenarioTask delete scenario/save/tasks/{taskId}",
                "CheckCredits",
                "CleanUp",
                "CleanUpCancelledTask",
                "DeleteScenario delete scenarios/{scenarioId}",
                "DeliverWebhook",
                "FollowSaveScenarioTask get scenario/save/tasks/{taskId}/events",
                "GenerateImagesWorkflow",
                "GenerateSceneImage",
                "GetCredits get credits/{userId}",
                "GetSaveScenarioTask get scenario/save/tasks/{taskId}",
                "GetScenario get scenarios/{scenarioId}",
                "Health get health",
                "KeepTaskIndex",
                "ListSaveScenarioTasks get scenario/save/tasks",
                "ListScenarios get scenarios",
                "OpenApi get openapi.json",
                "Other get,head,post,put,patch,delete,options {*path}",
                "ReleaseCredits",
                "RemoveEndedTasks",
                "ResumeSaveScenarioTask post scenario/save/tasks/{taskId}/resume",
                "SaveScenario",
                "SaveScenarioWorkflow",
                "SaveScenes",
                "ScheduleWebhook",
                "SendSaveScenarioWebhook post scenario/save/tasks/{taskId}/webhook",
                "SendWebhook",
                "ShowImage put scenarios/{scenarioId}/scenes/{sceneNumber}/image",
                "StartGenerateImages post scenarios/{scenarioId}/images",
                "StartSaveScenario post scenario/save",
                "Studio get,head studio/{*path}",
                "WakeWaitingTasks",
            ],
            functions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_posted_scenario_runs_and_is_followed_at_the_address_of_the_answer()
    {
        var (status, answer, headers) = await SendAsync(request => Tasks.StartAsync(request, hub.Client), "POST", Body);
        var id = (string)answer["task_id"]!;
        await hub.Client.WaitForInstanceCompletionAsync(id, Stop);
        var (found, task, _) = await SendAsync(request => Tasks.FindAsync(request, hub.Client, id), "GET");

        Assert.True(status == 202, $"{status} {answer}");
        Assert.EndsWith($"/scenario/save/tasks/{id}", headers.Location.ToString(), StringComparison.Ordinal);
        Assert.Equal((200, "completed"), (found, (string?)task["status"]));
        Assert.Equal(
            "https://store.test/generated-content/scenes/scene_generation-2-1.png", (string?)task["scenes"]![1]!["image_url"]);
        Assert.Equal(1, backend.Bought);
    }

    [Fact]
    public async Task A_task_is_found_listed_and_cancelled_through_the_client_of_the_call()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Before = act => act == "hold" && reached.TrySetResult() ? new TaskCompletionSource().Task : Task.CompletedTask;
        var (_, answer, _) = await SendAsync(request => Tasks.StartAsync(request, hub.Client), "POST", Body);
        var id = (string)answer["task_id"]!;
        await reached.Task.WaitAsync(Patience.Limit, Stop);

        var (found, task, _) = await SendAsync(request => Tasks.FindAsync(request, hub.Client, id), "GET");
        var (listed, running, _) = await SendAsync(request => Tasks.ListAsync(request, hub.Client), "GET", query: "?status=running");
        var (cancelled, cancel, _) = await SendAsync(request => Tasks.CancelAsync(request, hub.Client, id), "DELETE");
        var (_, after, _) = await SendAsync(request => Tasks.FindAsync(request, hub.Client, id), "GET");
        var (_, none, _) = await SendAsync(request => Tasks.ListAsync(request, hub.Client), "GET", query: "?status=running");

        Assert.Equal((200, id, "running"), (found, (string?)task["task_id"], (string?)task["status"]));
        Assert.Equal((200, id), (listed, (string?)Assert.Single(running["tasks"]!.AsArray())!["task_id"]));
        Assert.Equal((202, "cancelled"), (cancelled, (string?)cancel["status"]));
        Assert.Equal("cancelled", (string?)after["status"]);
        Assert.Empty(none["tasks"]!.AsArray());
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await hub.Client.GetInstanceAsync(id, Stop))!.RuntimeStatus);
    }

    [Fact]
    public async Task Without_its_key_the_API_tells_nothing()
    {
        var (status, _, headers) = await SendAsync(
            request => Tasks.FindAsync(request, hub.Client, EngineHost.TaskId), "GET", key: "wrong");

        Assert.Equal(401, status);
        Assert.StartsWith("Bearer", headers.WWWAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credits_and_the_API_description_need_no_task_hub()
    {
        var (credits, balance, _) = await SendAsync(request => Service.GetCreditsAsync(request, "u1"), "GET");
        var (described, document, _) = await SendAsync(request => Service.OpenApiAsync(request), "GET", key: null);

        Assert.Equal((200, 100), (credits, (int?)balance["balance"]));
        Assert.Equal((200, "3.1"), (described, ((string?)document["openapi"])?[..3]));
    }

    [Theory]
    [InlineData(null, 200, "text/html")]
    [InlineData("app.js", 200, "text/javascript")]
    [InlineData("no-such-file", 404, "application/problem+json")]
    public async Task The_studio_is_served_to_anyone(string? path, int expected, string contentType)
    {
        var (status, body, headers) = await SendForTextAsync(
            request => Task.FromResult(Service.Studio(request, path)), "GET", key: null);

        Assert.Equal(expected, status);
        Assert.StartsWith(contentType, headers.ContentType.ToString(), StringComparison.Ordinal);
        Assert.Equal(path is null, body.Contains("<title>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_tells_a_task_hub_that_answers_from_one_that_is_gone()
    {
        var (_, before, _) = await SendAsync(request => Service.HealthAsync(request, hub.Client), "GET", key: null);
        await worker.DisposeAsync();
        await hub.StopAsync();
        var (status, after, _) = await SendAsync(request => Service.HealthAsync(request, hub.Client), "GET", key: null);

        Assert.Equal("ok", (string?)before["checks"]!["task_hub"]!["status"]);
        Assert.Equal((503, "unavailable"), (status, (string?)after["checks"]!["task_hub"]!["status"]));
        Assert.DoesNotContain(hub.Address.Authority, after.ToJsonString(), StringComparison.Ordinal);
    }

    private static string RouteOf(MethodInfo method)
    {
        var trigger = method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>();
        return trigger is null ? "" : $" {string.Join(",", trigger.Methods!)} {trigger.Route}";
    }

    private async Task<(int Status, JsonNode Body, IHeaderDictionary Headers)> SendAsync(
        Func<HttpRequest, Task<IResult>> function, string method, string? body = null, string? key = TestSettings.ApiKey, string query = "")
    {
        var (status, text, headers) = await SendForTextAsync(function, method, body, key, query);
        return (status, JsonNode.Parse(text)!, headers);
    }

    private async Task<(int Status, string Body, IHeaderDictionary Headers)> SendForTextAsync(
        Func<HttpRequest, Task<IResult>> function, string method, string? body = null, string? key = TestSettings.ApiKey, string query = "")
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = method;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost", 7071);
        context.Request.Path = "/scenario/save";
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = body is null ? null : "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body ?? ""));
        context.Request.ContentLength = context.Request.Body.Length;
        context.Request.Headers.Authorization = $"Bearer {key}";
        var answer = new MemoryStream();
        context.Response.Body = answer;

        var result = await function(context.Request);
        await result.ExecuteAsync(context);

        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()), context.Response.Headers);
    }
}
