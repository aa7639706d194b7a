using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>What goes wrong with the next requests, instead of an answer.</summary>
public sealed class SupabaseFaults
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> next = [];
    private readonly TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<PathString, bool> isLost = _ => false;

    /// <summary>Ends when a request has arrived that gets no answer.</summary>
    public Task Stalled => stalled.Task;

    public void Answer(int status, string body, int times = 1) => Add(times, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    });

    public void Redirect(int status, string location) => Add(1, context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    public void Cut(int times = 1) => Add(times, context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>No answer, until the client gives up.</summary>
    public void Stall(int times = 1) => Add(times, StallAsync);

    /// <summary>The next request for such a path takes effect, and gets no answer.</summary>
    public void LoseAnswer(Func<PathString, bool> path) => isLost = path;

    /// <returns>Whether this request was to get no answer; then its client has given up by now.</returns>
    internal async Task<bool> LosesAsync(HttpContext context, RequestDelegate next)
    {
        if (!isLost(context.Request.Path))
        {
            return false;
        }

        isLost = _ => false;
        context.Response.Body = Stream.Null;
        await next(context);
        await StallAsync(context);
        return true;
    }

    internal async Task<bool> TakeAsync(HttpContext context)
    {
        if (!next.TryDequeue(out var fault))
        {
            return false;
        }

        await fault(context);
        return true;
    }

    private async Task StallAsync(HttpContext context)
    {
        stalled.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Add(int times, Func<HttpContext, Task> fault)
    {
        for (var time = 0; time < times; time++)
        {
            next.Enqueue(fault);
        }
    }
}
