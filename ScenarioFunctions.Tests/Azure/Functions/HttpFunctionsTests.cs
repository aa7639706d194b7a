using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Tests.Azure.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary>The functions as the worker calls them, on the host's own services.</summary>
public sealed class HttpFunctionsTests : IDisposable
{
    private readonly Mock<DurableTaskClient> client = new(MockBehavior.Strict, "ScenarioHub");
    private readonly ServiceProvider services;

    public HttpFunctionsTests()
    {
        var backend = new BackendConnection(new Backend());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(TestSettings.Complete).Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSaveScenarioService(configuration)
            .AddSingleton<IScenarioStore>(backend)
            .AddSingleton<ICreditLedger>(backend)
            .AddSingleton<TaskFunctions>()
            .AddSingleton<ServiceFunctions>()
            .AddSingleton<StepFunctions>()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private TaskFunctions Tasks => services.GetRequiredService<TaskFunctions>();

    private ServiceFunctions Service => services.GetRequiredService<ServiceFunctions>();

    public void Dispose() => services.Dispose();

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
                "GenerateSceneImage",
                "GetCredits get credits/{userId}",
                "GetSaveScenarioTask get scenario/save/tasks/{taskId}",
                "Health get health",
                "ListSaveScenarioTasks get scenario/save/tasks",
                "OpenApi get openapi.json",
                "SaveScenario",
                "SaveScenarioWorkflow",
                "SaveScenes",
                "StartSaveScenario post scenario/save",
                "Studio get,head studio/{*path}",
            ],
            functions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_posted_scenario_is_scheduled_and_answered_with_where_to_follow_it()
    {
        string? scheduled = null;
        client.Setup(one => one.GetInstanceAsync(It.IsAny<string>(), true, It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, bool _, CancellationToken _) => scheduled is null ? null : throw new HttpRequestException("later"));
        client.Setup(one => one.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((TaskName _, object? _, StartOrchestrationOptions? options, CancellationToken _) => scheduled = options!.InstanceId!);
        var body = """
            {"short_id": "s1", "user_id": "u1", "scenario": {"title": "T", "scenes": [{"scene_number": 1, "image_prompt": "p", "duration": 5}]}}
            """;

        var (status, answer, headers) = await SendAsync(request => Tasks.StartAsync(request, client.Object), "POST", body);

        Assert.True(status == 202, $"{status} {answer}");
        Assert.Equal(scheduled, (string?)answer["task_id"]);
        Assert.EndsWith($"/scenario/save/tasks/{scheduled}", headers.Location.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_is_found_listed_and_cancelled_through_the_client_of_the_call()
    {
        var instance = DurableTaskEngineTests.Instance(OrchestrationRuntimeStatus.Terminated);
        client.Setup(one => one.GetInstanceAsync(EngineHost.TaskId, true, It.IsAny<CancellationToken>())).ReturnsAsync(instance);

        var (found, task, _) = await SendAsync(request => Tasks.FindAsync(request, client.Object, EngineHost.TaskId), "GET");
        var (cancelled, _, _) = await SendAsync(request => Tasks.CancelAsync(request, client.Object, EngineHost.TaskId), "DELETE");

        Assert.Equal((200, "cancelled"), (found, (string?)task["status"]));
        Assert.Equal(202, cancelled);
    }

    [Fact]
    public async Task Without_its_key_the_API_tells_nothing()
    {
        var (status, _, headers) = await SendAsync(
            request => Tasks.FindAsync(request, client.Object, EngineHost.TaskId), "GET", key: "wrong");

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

    [Fact]
    public async Task The_studio_is_served_to_anyone()
    {
        var (status, _, headers) = await SendAsync(request => Task.FromResult(Service.Studio(request, "samples")), "GET", key: null);

        Assert.Equal(404, status);
        Assert.StartsWith("application/problem+json", headers.ContentType.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_names_a_task_hub_that_does_not_answer()
    {
        client.Setup(one => one.GetInstanceAsync("health", false, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new HttpRequestException("secret"));

        var (status, report, _) = await SendAsync(request => Service.HealthAsync(request, client.Object), "GET", key: null);

        Assert.Equal(503, status);
        Assert.Contains("\"task_hub\":{\"status\":\"unavailable\"", report.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", report.ToJsonString(), StringComparison.Ordinal);
    }

    private static string RouteOf(MethodInfo method)
    {
        var trigger = method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>();
        return trigger is null ? "" : $" {string.Join(",", trigger.Methods!)} {trigger.Route}";
    }

    private async Task<(int Status, JsonNode Body, IHeaderDictionary Headers)> SendAsync(
        Func<HttpRequest, Task<IResult>> function, string method, string? body = null, string? key = TestSettings.ApiKey)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = method;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost", 7071);
        context.Request.Path = "/scenario/save";
        context.Request.ContentType = body is null ? null : "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body ?? ""));
        context.Request.ContentLength = context.Request.Body.Length;
        context.Request.Headers.Authorization = $"Bearer {key}";
        context.Response.Body = new MemoryStream();

        var result = await function(context.Request);
        await result.ExecuteAsync(context);

        context.Response.Body.Position = 0;
        return (context.Response.StatusCode, (await JsonNode.ParseAsync(context.Response.Body))!, context.Response.Headers);
    }
}
