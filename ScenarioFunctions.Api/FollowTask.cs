using System.Buffers;
using System.IO.Pipelines;
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
            var to = response.BodyWriter;
            to.Write("retry: 1000\n\n"u8); // at once, so that the client knows it is connected
            await to.FlushAsync(stop);
            var place = follower.Feed.PlaceAfter(lastId);
            while (true)
            {
                var (events, next, isOver, more) = follower.Feed.Read(place);
                if (events.Count == 0 && !isOver)
                {
                    await WaitAsync(more, to, stop);
                    continue;
                }

                foreach (var one in events)
                {
                    to.Write(one.Span);
                }

                await to.FlushAsync(stop);
                if (isOver)
                {
                    return;
                }

                place = next;
            }
        }

        private async Task WaitAsync(Task more, PipeWriter to, CancellationToken stop)
        {
            try
            {
                await more.WaitAsync(CommentEvery, time, stop);
            }
            catch (TimeoutException)
            {
                to.Write(":\n\n"u8);
                await to.FlushAsync(stop);
            }
        }
    }
}

/// <summary>How a host serves events.</summary>
/// <param name="MaxLifetime">After this time a stream is closed, and the client reconnects; null for never.</param>
public sealed record EventStreamSettings(TimeSpan? MaxLifetime);
