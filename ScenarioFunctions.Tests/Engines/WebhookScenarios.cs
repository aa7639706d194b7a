using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;
using StandardWebhooks;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>The end of a task is reported to its callback, on either engine.</summary>
public abstract class WebhookScenarios : EngineScenarios
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private static readonly RequestDelegate Received = Reply.Status(204);

    protected WebhookScenarios(EngineHost host)
        : base(host) => host.Service = new() { WebhookSecret = Secret, AllowPrivateCallbacks = true };

    [Fact]
    public async Task A_completed_task_is_reported_once_signed_and_as_it_ended()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Received;

        await StartAsync(receiver);
        var task = await Host.EndAsync();
        var delivery = await UntilAsync(WebhookStatus.Delivered);

        var sent = EventOf(Assert.Single(receiver.Requests));
        Assert.Equal("task.completed", (string?)sent["type"]);
        Assert.Equal("completed", (string?)sent["status"]);
        Assert.Equal(EngineHost.TaskId, (string?)sent["task_id"]);
        Assert.Equal(task.Result!.ImagesGenerated, (int)sent["result"]!["images_generated"]!);
        Assert.Equal("/hook?key=abc", receiver.Requests[0].PathAndQuery);
        Assert.Equal((1, null, null), (delivery.Attempts, delivery.NextAttemptAt, delivery.Error));
    }

    [Fact]
    public async Task A_task_without_a_callback_reports_nothing()
    {
        await using var receiver = await ScriptedServer.StartAsync();

        var task = await Host.RunAsync(2);

        Assert.Null(task.Callback);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task A_cancelled_task_is_reported()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Received;
        var release = new TaskCompletionSource();
        Backend.Before = act => act == "hold" ? release.Task : Task.CompletedTask;
        await StartAsync(receiver);
        await Host.UntilAsync(() => Backend.Count("hold") > 0);

        await Host.Engine.CancelAsync(EngineHost.TaskId, Stop);
        release.SetResult();
        await UntilAsync(WebhookStatus.Delivered);

        Assert.Equal("task.cancelled", (string?)EventOf(Assert.Single(receiver.Requests))["type"]);
    }

    [Fact]
    public async Task Each_end_of_a_task_that_failed_and_was_continued_is_an_event_of_its_own()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Received;
        Backend.Before = act => act == "save_scenes" ? throw new StorageException("no", isTransient: false) : Task.CompletedTask;
        await StartAsync(receiver);
        await Host.EndAsync();
        await UntilAsync(WebhookStatus.Delivered);

        Backend.Before = _ => Task.CompletedTask;
        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        await Patience.UntilAsync(
            () => Task.FromResult(receiver.Requests.Count == 2), () => $"{receiver.Requests.Count} requests", Stop);

        Assert.Equal(["task.failed", "task.completed"], receiver.Requests.Select(request => (string?)EventOf(request)["type"]));
        Assert.Equal(2, receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct().Count());
    }

    [Fact]
    public async Task It_is_tried_until_the_receiver_takes_it_with_the_same_id_each_time()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Received;
        receiver.Then(
            Reply.Status(500), Reply.Cut(), Reply.Redirect("/elsewhere"), Reply.Status(429, ("Retry-After", "1")), Reply.Status(404));

        await StartAsync(receiver);
        var delivery = await UntilAsync(WebhookStatus.Delivered);

        Assert.Equal(6, delivery.Attempts);
        Assert.Equal(6, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct());
        Assert.All(receiver.Requests, request => Assert.Equal("/hook?key=abc", request.PathAndQuery));
        Assert.All(receiver.Requests, request => EventOf(request));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_tried_again_and_what_failed_can_be_sent_again()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Received;
        receiver.Then(Reply.Status(410));

        await StartAsync(receiver);
        var failed = await UntilAsync(WebhookStatus.Failed);
        await Host.Webhooks.SendAgainAsync(await FindAsync(), Stop);
        var delivered = await UntilAsync(WebhookStatus.Delivered);

        Assert.Equal((1, null), (failed.Attempts, failed.NextAttemptAt));
        Assert.StartsWith("HTTP 410", failed.Error);
        Assert.Equal(1, delivered.Attempts);
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task A_receiver_that_never_takes_it_is_tried_for_a_day_and_the_task_tells()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Reply.Status(503);

        await StartAsync(receiver);
        var failed = await UntilAsync(WebhookStatus.Failed);

        Assert.Equal(WebhookDelivery.Pauses.Count + 1, failed.Attempts);
        Assert.Equal("HTTP 503", failed.Error);
        Assert.Equal(failed.Attempts, receiver.Requests.Count);
    }

    [Fact]
    public async Task A_restart_before_the_report_is_taken_sends_it_again()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Received;
        var release = new TaskCompletionSource();
        receiver.Then(Reply.After(release.Task, Reply.Status(503)));
        await StartAsync(receiver);
        await receiver.RequestArrivedAsync();

        await Host.RestartAsync();
        release.SetResult();
        await UntilAsync(WebhookStatus.Delivered);

        Assert.InRange(receiver.Requests.Count, 2, 3);
        Assert.Single(receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct());
    }

    private async Task StartAsync(ScriptedServer receiver) => await Host.Engine.StartAsync(
        EngineHost.TaskId,
        EngineHost.Input(2) with { Callback = new($"{receiver.Url}hook?key=abc", "https://api.example.com") },
        Stop);

    private async Task<TaskSnapshot> FindAsync() => (await Host.Engine.FindAsync(EngineHost.TaskId, Stop))!;

    private async Task<WebhookDelivery> UntilAsync(WebhookStatus status)
    {
        WebhookDelivery? delivery = null;
        await Patience.UntilAsync(
            async () => (delivery = await Host.Webhooks.FindAsync(await FindAsync(), Stop))?.Status == status,
            () => $"The webhook is {delivery}.",
            Stop);
        return delivery!;
    }

    /// <summary>The official library signs the same.</summary>
    private static JsonObject EventOf(ScriptedRequest request)
    {
        var sentAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"]));
        Assert.Equal(
            new StandardWebhook(Secret).Sign(request.Headers["webhook-id"], sentAt, request.Body), request.Headers["webhook-signature"]);
        return JsonNode.Parse(request.Body)!.AsObject();
    }
}

/// <inheritdoc/>
public sealed class EmbeddedWebhookScenarios() : WebhookScenarios(new EmbeddedEngineHost());

/// <summary>Timers are due at once, however long they are.</summary>
public sealed class DurableWebhookScenarios() : WebhookScenarios(new DurableEngineHost { Hub = { LongTimer = TimeSpan.FromDays(2) } });
