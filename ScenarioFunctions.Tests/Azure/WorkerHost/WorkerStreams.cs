using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>The gRPC server that workers connect to, on a free loopback port.</summary>
internal sealed class WorkerStreams : FunctionRpc.FunctionRpcBase, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, WorkerChannel> channels = new();
    private readonly WebApplication app;

    private WorkerStreams()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = int.MaxValue);
        builder.Services.AddSingleton(this);
        app = builder.Build();
        app.MapGrpcService<WorkerStreams>();
    }

    public Uri Address => new(app.Urls.Single());

    public static async Task<WorkerStreams> StartAsync()
    {
        var streams = new WorkerStreams();
        await streams.app.StartAsync();
        return streams;
    }

    /// <summary>The channel of a worker that will introduce itself with this id.</summary>
    public WorkerChannel Expect(string workerId) => channels.GetOrAdd(workerId, _ => new());

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context)
    {
        await requestStream.MoveNext(context.CancellationToken);
        var channel = channels[requestStream.Current.StartStream.WorkerId];
        await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
