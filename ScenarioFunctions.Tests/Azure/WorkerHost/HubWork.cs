using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.DurableTask.Protobuf;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>
/// Runs a task hub's work on a worker, as the Durable Task extension does: a turn of an orchestration and an
/// activity are each an invocation of the function of that name.
/// </summary>
internal sealed class HubWork : IAsyncDisposable
{
    private static readonly JsonSerializerSettings AsItIs = new() { DateParseHandling = DateParseHandling.None, MaxDepth = 64 };
    private static readonly JsonParser FailureParser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private readonly GrpcChannel channel;
    private readonly TaskHubSidecarService.TaskHubSidecarServiceClient hub;
    private readonly CancellationTokenSource stopping = new();
    private readonly Worker worker;
    private readonly Task pump;

    /// <summary>What kept the last failed piece of work from being answered.</summary>
    public Exception? Fault { get; private set; }

    public HubWork(Uri hub, Worker worker)
    {
        channel = GrpcChannel.ForAddress(hub, new() { MaxReceiveMessageSize = null });
        this.hub = new(channel);
        this.worker = worker;
        pump = PumpAsync();
    }

    /// <summary>Gives back all that the worker has not finished.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await pump;
        channel.Dispose();
        stopping.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            using var work = hub.GetWorkItems(new GetWorkItemsRequest(), cancellationToken: stopping.Token);
            await foreach (var item in work.ResponseStream.ReadAllAsync(stopping.Token))
            {
                _ = RunAsync(item);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The hub gives the rest to the next worker.
        }
    }

    private async Task RunAsync(WorkItem item)
    {
        try
        {
            if (item.OrchestratorRequest is { } turn)
            {
                await hub.CompleteOrchestratorTaskAsync(await RunAsync(turn), cancellationToken: stopping.Token);
            }
            else
            {
                await hub.CompleteActivityTaskAsync(await RunAsync(item.ActivityRequest), cancellationToken: stopping.Token);
            }
        }
        catch (WorkerLostException)
        {
            // Not answered: the hub gives it to the next worker.
        }
        catch (Grpc.Core.RpcException) when (stopping.IsCancellationRequested)
        {
            // The hub has given it to the next worker.
        }
        catch (Exception exception)
        {
            Fault = exception;
        }
    }

    private async Task<OrchestratorResponse> RunAsync(OrchestratorRequest turn)
    {
        var started = turn.PastEvents.Concat(turn.NewEvents).First(one => one.ExecutionStarted is not null).ExecutionStarted;
        var answer = await InvokeAsync(started.Name, turn.ToByteString().ToBase64());
        return answer.Result.Status == StatusResult.Types.Status.Success
            ? OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(answer.ReturnValue.String))
            : throw new InvalidOperationException(answer.Result.Exception.Message);
    }

    private async Task<ActivityResponse> RunAsync(ActivityRequest activity)
    {
        // The host reads the array of arguments, which bounds how deep an input can be nested, and passes on the first.
        var input = JsonConvert.DeserializeObject<JArray>(activity.Input, AsItIs)![0].ToString(Formatting.None);
        var answer = await InvokeAsync(activity.Name, input);
        var response = new ActivityResponse
        {
            InstanceId = activity.OrchestrationInstance.InstanceId,
            TaskId = activity.TaskId,
        };
        if (answer.Result.Status == StatusResult.Types.Status.Success)
        {
            response.Result = answer.ReturnValue.Json;
        }
        else
        {
            response.FailureDetails = FailureOf(answer.Result.Exception.Message);
        }

        return response;
    }

    private Task<InvocationResponse> InvokeAsync(string function, string input) =>
        worker.InvokeAsync(worker.Functions.Single(one => one.Name == function), new() { String = input });

    /// <summary>The worker's Durable Task extension tells a failure as JSON; what fails outside of it is plain text.</summary>
    private static TaskFailureDetails FailureOf(string message) => message.StartsWith('{')
        ? FailureParser.Parse<TaskFailureDetails>(message)
        : new() { ErrorType = "(unknown)", ErrorMessage = message };
}
