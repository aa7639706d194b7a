using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>What goes wrong with the next requests, instead of an answer.</summary>
public sealed class SupabaseFaults
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> next = [];
    private readonly TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a request has arrived that gets no answer.</summary>
    public Task Stalled => stalled.Task;

    public void Answer(int status, string body, int times = 1) => Add(times, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    });

    public void Cut(int times = 1) => Add(times, context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>No answer, until the client gives up.</summary>
    public void Stall(int times = 1) => Add(times, async context =>
    {
        stalled.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    });

    internal async Task<bool> TakeAsync(HttpContext context)
    {
        if (!next.TryDequeue(out var fault))
        {
            return false;
        }

        await fault(context);
        return true;
    }

    private void Add(int times, Func<HttpContext, Task> fault)
    {
        for (var time = 0; time < times; time++)
        {
            next.Enqueue(fault);
        }
    }
}
