using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>The conversation with one worker: what the host asks it, and what it answers and logs.</summary>
internal sealed class WorkerChannel
{
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> asked = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the worker has opened its stream.</summary>
    public Task Connected => connected.Task;

    public ConcurrentQueue<RpcLog> Log { get; } = new();

    public void Send(StreamingMessage message) => outgoing.Writer.TryWrite(message);

    /// <returns>The message that answers this one.</returns>
    /// <exception cref="WorkerLostException">The stream ended before there was an answer.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage message)
    {
        message.RequestId = $"{Guid.NewGuid()}";
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked[message.RequestId] = answer;
        Send(message);
        await Task.WhenAny(answer.Task, ended.Task);
        asked.TryRemove(message.RequestId, out _);
        return answer.Task.IsCompleted ? await answer.Task : throw new WorkerLostException();
    }

    /// <summary>Speaks with the worker until its stream ends.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> incoming,
        IServerStreamWriter<StreamingMessage> writer,
        CancellationToken cancellationToken)
    {
        connected.TrySetResult();
        await Task.WhenAny(ReadAsync(incoming, cancellationToken), WriteAsync(writer, cancellationToken));
        ended.TrySetResult();
    }

    private async Task ReadAsync(IAsyncStreamReader<StreamingMessage> incoming, CancellationToken cancellationToken)
    {
        await foreach (var message in incoming.ReadAllAsync(cancellationToken))
        {
            if (message.RpcLog is { } line)
            {
                Log.Enqueue(line);
            }
            else if (asked.TryGetValue(message.RequestId, out var answer))
            {
                answer.TrySetResult(message);
            }
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> writer, CancellationToken cancellationToken)
    {
        await foreach (var message in outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            await writer.WriteAsync(message, cancellationToken);
        }
    }
}

/// <summary>The worker's process has ended, and with it all that it was doing.</summary>
internal sealed class WorkerLostException() : Exception("The worker is gone.");
