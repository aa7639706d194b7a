using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>A worker's process that has told its functions and runs them when it is asked to.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly WorkerProcess process;
    private readonly WorkerChannel channel;
    private readonly TypedData durableClient;
    private readonly ConcurrentDictionary<string, HostedFunction> running = new();

    private Worker(WorkerProcess process, WorkerChannel channel, Uri hub)
    {
        this.process = process;
        this.channel = channel;
        durableClient = new()
        {
            String = JsonSerializer.Serialize(new
            {
                rpcBaseUrl = hub.AbsoluteUri,
                taskHubName = "ScenarioHub",
                connectionName = "AzureWebJobsStorage",
                requiredQueryStringParameters = "",
                httpBaseUrl = "",
                maxGrpcMessageSizeInBytes = int.MaxValue,
                grpcHttpClientTimeout = "\"00:01:40\"", // JSON in JSON,
            }),
        };
    }

    public IReadOnlyList<HostedFunction> Functions { get; private set; } = [];

    /// <summary>Where the worker itself serves HTTP.</summary>
    public Uri HttpAddress { get; private set; } = null!;

    public IEnumerable<RpcLog> Log => channel.Log;

    /// <summary>Done when the worker is ready.</summary>
    /// <param name="program">Path of its assembly.</param>
    /// <param name="streams">What it connects to.</param>
    /// <param name="hub">The task hub that its Durable Task clients call.</param>
    /// <param name="settings">The app's.</param>
    public static async Task<Worker> StartAsync(
        string program, WorkerStreams streams, Uri hub, IReadOnlyDictionary<string, string> settings)
    {
        var id = $"{Guid.NewGuid()}";
        var channel = streams.Expect(id);
        var worker = new Worker(WorkerProcess.Start(program, streams.Address, id, settings), channel, hub);
        try
        {
            var ready = worker.GetReadyAsync(Path.GetDirectoryName(program)!);
            await await Task.WhenAny(ready, worker.process.Exited).WaitAsync(Patience.Limit);
            return ready.IsCompletedSuccessfully
                ? worker
                : throw new InvalidOperationException($"The worker ended with {worker.process.ExitCode}: {worker.process.Output}");
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <param name="function">One of its functions.</param>
    /// <param name="input">The trigger's.</param>
    /// <param name="invocationId">New, unless given.</param>
    /// <param name="triggerData">What the trigger tells beside it, such as a route's values.</param>
    /// <exception cref="WorkerLostException">The worker has ended.</exception>
    public async Task<InvocationResponse> InvokeAsync(
        HostedFunction function,
        TypedData input,
        string? invocationId = null,
        IEnumerable<KeyValuePair<string, string>>? triggerData = null)
    {
        var request = new InvocationRequest
        {
            InvocationId = invocationId ?? $"{Guid.NewGuid()}",
            FunctionId = function.Id,
            TraceContext = new(),
        };
        request.InputData.Add(new ParameterBinding { Name = function.Trigger.Name, Data = input });
        request.InputData.Add(function.DurableClients.Select(name => new ParameterBinding { Name = name, Data = durableClient }));
        foreach (var (name, value) in triggerData ?? [])
        {
            request.TriggerMetadata[name] = new() { String = value };
        }

        running[request.InvocationId] = function;
        try
        {
            return (await channel.AskAsync(new() { InvocationRequest = request })).InvocationResponse;
        }
        finally
        {
            running.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Ends it by a signal, such as KILL.</summary>
    public Task EndAsync(string signal) => process.EndAsync(signal);

    /// <summary>Ends it as a host does that stops: cancels what runs, and asks it to end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        foreach (var invocation in running.Keys)
        {
            channel.Send(new() { InvocationCancel = new() { InvocationId = invocation } });
        }

        channel.Send(new() { WorkerTerminate = new() });
        await process.Exited.WaitAsync(Patience.Limit);
        return process.ExitCode;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task GetReadyAsync(string folder)
    {
        await channel.Connected;
        var greeting = new WorkerInitRequest { HostVersion = "4.0", WorkerDirectory = folder, FunctionAppDirectory = folder };
        var init = (await channel.AskAsync(new() { WorkerInitRequest = greeting })).WorkerInitResponse;
        ThrowUnlessDone(init.Result);

        var index = new FunctionsMetadataRequest { FunctionAppDirectory = folder };
        var indexed = (await channel.AskAsync(new() { FunctionsMetadataRequest = index })).FunctionMetadataResponse;
        ThrowUnlessDone(indexed.Result);
        foreach (var metadata in indexed.FunctionMetadataResults)
        {
            var load = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
            ThrowUnlessDone((await channel.AskAsync(new() { FunctionLoadRequest = load })).FunctionLoadResponse.Result);
        }

        Functions = [.. indexed.FunctionMetadataResults.Select(metadata => new HostedFunction(metadata))];
        HttpAddress = new Uri(init.Capabilities["HttpUri"]);
        await ListensAsync(HttpAddress);
    }

    private static void ThrowUnlessDone(StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException(result.Exception?.Message);
        }
    }

    /// <summary>A worker answers the host before it listens.</summary>
    private static async Task ListensAsync(Uri address)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address.Host, address.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }
    }
}
