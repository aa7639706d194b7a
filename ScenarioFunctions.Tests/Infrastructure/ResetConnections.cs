using System.Net.Sockets;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>
/// How SocketsHttpHandler fails, now and then, when the other side resets a connection as soon as it is made: it lets
/// the bare error of the socket through.
/// </summary>
internal sealed class ResetConnections(int times) : DelegatingHandler
{
    private int sent;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref sent) > times
            ? base.SendAsync(request, cancellationToken)
            : throw new SocketException((int)SocketError.NotConnected);
}
