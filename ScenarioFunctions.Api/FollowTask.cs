using System.Buffers;
using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /scenario/save/tasks/{task_id}/events</c></summary>
internal sealed class FollowTask(
    OwnTask own, TaskFeeds feeds, PublicUrls urls, EventStreamSettings settings, TimeProvider time,
    IHostApplicationLifetime? host = null)
{
    public const string LastEventId = "Last-Event-ID";

    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string taskId)
    {
        var task = await own.DemandAsync(caller, taskId, context.RequestAborted);
        var lastId = context.Request.Headers[LastEventId].ToString();
        return task.State.IsFinal() && lastId == TaskEvent.EndedId
            ? Results.NoContent() // 204 keeps a browser from reconnecting after the end
            : new Stream(feeds.Follow(urls.BaseOf(context.Request), taskId), lastId, settings, time, host);
    }

    /// <summary>The answer: events as they occur, with comments in between, until the task has ended.</summary>
    private sealed class Stream(
        TaskFeeds.Follower follower, string lastId, EventStreamSettings settings, TimeProvider time,
        IHostApplicationLifetime? host) : IResult
    {
        /// <summary>Keeps proxies from closing a connection that seems idle.</summary>
        private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(15);

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var following = follower;
            var response = httpContext.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold the events back
            if (HttpMethods.IsHead(httpContext.Request.Method))
            {
                return;
            }

            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            using var lifetime = new CancellationTokenSource(settings.MaxLifetime ?? Timeout.InfiniteTimeSpan, time);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(
                httpContext.RequestAborted, host?.ApplicationStopping ?? CancellationToken.None, lifetime.Token);
            try
            {
                await WriteAsync(response, over.Token);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // The client has left, or has to reconnect.
            }
        }

        private async Task WriteAsync(HttpResponse response, CancellationToken stop)
        {
            await WriteLineAsync(response, "retry: 1000", stop); // at once, so that the client knows it is connected
            var place = follower.Feed.PlaceAfter(lastId);
            var read = follower.Feed.ReadAsync(place, stop);
            while (true)
            {
                try
                {
                    var (events, next, isOver) = await read.WaitAsync(CommentEvery, time, stop);
                    await SseFormatter.WriteAsync(ItemsOf(events), response.Body, (item, to) => to.Write(item.Data.Span), stop);
                    await response.Body.FlushAsync(stop);
                    if (isOver)
                    {
                        return;
                    }

                    read = follower.Feed.ReadAsync(next, stop);
                }
                catch (TimeoutException)
                {
                    await WriteLineAsync(response, ":", stop);
                }
            }
        }

        /// <summary>Writes lines that are not events, which <see cref="SseFormatter"/> cannot.</summary>
        private static async Task WriteLineAsync(HttpResponse response, string line, CancellationToken stop)
        {
            await response.WriteAsync($"{line}\n\n", stop);
            await response.Body.FlushAsync(stop);
        }

        private static async IAsyncEnumerable<SseItem<ReadOnlyMemory<byte>>> ItemsOf(IEnumerable<TaskEvent> events)
        {
            foreach (var one in events)
            {
                yield return new SseItem<ReadOnlyMemory<byte>>(one.Data, one.Type) { EventId = one.Id };
            }

            await Task.CompletedTask;
        }
    }
}

/// <summary>How a host serves events.</summary>
/// <param name="MaxLifetime">After this time a stream is closed, and the client reconnects; null for never.</param>
public sealed record EventStreamSettings(TimeSpan? MaxLifetime);
