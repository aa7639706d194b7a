using System.Net;
using DurableTask.Core;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Protobuf;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Tests.Azure.DurableHub;

/// <summary>
/// The real Durable Task engine on a storage of the test's, served over gRPC on a free loopback port, as the
/// Durable Task extension serves it to a worker. One worker at a time; a second one waits for its turn.
/// </summary>
internal sealed class TaskHubServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly GrpcChannel channel;

    private TaskHubServer(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        channel = GrpcChannel.ForAddress(Address);
        Client = NewClient(channel);
    }

    /// <summary>Where a worker connects to, over HTTP/2 in the clear.</summary>
    public Uri Address { get; }

    /// <summary>What the Functions worker answers before its orchestrators run; null when it runs them.</summary>
    public Func<OrchestratorRequest, OrchestratorResponse?> Middleware
    {
        get => app.Services.GetRequiredService<Service>().Middleware;
        set => app.Services.GetRequiredService<Service>().Middleware = value;
    }

    /// <summary>The real client, with the serializer of the production host.</summary>
    public DurableTaskClient Client { get; }

    public static async Task<TaskHubServer> StartAsync<TStorage>(TStorage storage)
        where TStorage : IOrchestrationService, IOrchestrationServiceClient
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<IOrchestrationService>(storage);
        builder.Services.AddSingleton<IOrchestrationServiceClient>(storage);
        builder.Services.AddSingleton<Service>();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new TaskHubServer(app);
    }

    public static DurableTaskClient NewClient(GrpcChannel channel) => new GrpcDurableTaskClient(
        "ScenarioHub",
        new GrpcDurableTaskClientOptions { Channel = channel, DataConverter = new JsonDataConverter(HostJson.Options) },
        NullLogger.Instance);

    /// <summary>Nobody listens any more; the client stays.</summary>
    public Task StopAsync() => app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        channel.Dispose();
        await StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>
    /// When a worker's connection ends, all that it has not answered goes back into the queues, as it does
    /// elsewhere when the locks of a dead host run out.
    /// </summary>
    private sealed class Service(
        IHostApplicationLifetime lifetime,
        ILoggerFactory loggers,
        IOrchestrationService service,
        IOrchestrationServiceClient client,
        IOptions<TaskHubGrpcServerOptions> options)
        : TaskHubGrpcServer(lifetime, loggers, service, client, options)
    {
        private readonly MemoryTaskHub? storage = service as MemoryTaskHub;
        private readonly SemaphoreSlim oneWorker = new(1);

        public Func<OrchestratorRequest, OrchestratorResponse?> Middleware { get; set; } = _ => null;

        public override async Task GetWorkItems(
            GetWorkItemsRequest request, IServerStreamWriter<WorkItem> responseStream, ServerCallContext context)
        {
            await oneWorker.WaitAsync(context.CancellationToken);
            var worker = new WorkerStream(responseStream, turn => AnsweredAsync(turn, context));
            try
            {
                await base.GetWorkItems(request, worker, context);
            }
            finally
            {
                worker.Close();
                await GiveBackAsync(context);
                oneWorker.Release();
            }
        }

        /// <summary>A late answer of a worker that is gone would be taken for its successor's.</summary>
        public override Task<CompleteTaskResponse> CompleteActivityTask(ActivityResponse request, ServerCallContext context)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            return base.CompleteActivityTask(request, context);
        }

        public override Task<CompleteTaskResponse> CompleteOrchestratorTask(OrchestratorResponse request, ServerCallContext context)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            return base.CompleteOrchestratorTask(request, context);
        }

        private async Task<bool> AnsweredAsync(OrchestratorRequest turn, ServerCallContext context)
        {
            if (Middleware(turn) is not { } answer)
            {
                return false;
            }

            await base.CompleteOrchestratorTask(answer, context);
            return true;
        }

        private async Task GiveBackAsync(ServerCallContext context)
        {
            foreach (var message in storage?.OpenActivities ?? [])
            {
                await UnlessAnsweredAsync(base.CompleteActivityTask, new ActivityResponse
                {
                    InstanceId = message.OrchestrationInstance.InstanceId,
                    TaskId = message.Event.EventId,
                    FailureDetails = new TaskFailureDetails { ErrorType = MemoryTaskHub.WorkerLost },
                });
            }

            foreach (var instanceId in storage?.OpenTurns ?? [])
            {
                await UnlessAnsweredAsync(base.CompleteOrchestratorTask, new OrchestratorResponse
                {
                    InstanceId = instanceId,
                    CustomStatus = MemoryTaskHub.WorkerLost,
                });
            }

            async Task UnlessAnsweredAsync<T>(Func<T, ServerCallContext, Task<CompleteTaskResponse>> answer, T response)
            {
                try
                {
                    await answer(response, context);
                }
                catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
                {
                    // The worker has answered, or is not sent it any more.
                }
            }
        }
    }

    /// <summary>
    /// Work for a worker that is gone fails, and so goes back into its queue. The connection itself would swallow
    /// it until the call has wholly ended.
    /// </summary>
    private sealed class WorkerStream(IServerStreamWriter<WorkItem> stream, Func<OrchestratorRequest, Task<bool>> isAnswered)
        : IServerStreamWriter<WorkItem>
    {
        private volatile bool isClosed;

        public WriteOptions? WriteOptions
        {
            get => stream.WriteOptions;
            set => stream.WriteOptions = value;
        }

        public void Close() => isClosed = true;

        public async Task WriteAsync(WorkItem message)
        {
            if (isClosed)
            {
                throw new InvalidOperationException("The worker is gone: the request is complete.");
            }

            if (message.OrchestratorRequest is not { } turn || !await isAnswered(turn))
            {
                await stream.WriteAsync(message);
            }
        }
    }
}
