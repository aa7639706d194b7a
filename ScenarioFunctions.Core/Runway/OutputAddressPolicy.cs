using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Where outputs are fetched from: https on the public Internet. When RunwayML's own base URL is on a
/// private network (the emulator, a test), that network and plain http are allowed as well.
/// </summary>
internal sealed class OutputAddressPolicy(IServiceProvider services)
{
    public async Task<bool> AllowsAsync(Uri output, CancellationToken cancellationToken) =>
        output.UserInfo.Length == 0
            && (output.Scheme == Uri.UriSchemeHttps
                || (output.Scheme == Uri.UriSchemeHttp && await AllowsPrivateAsync(cancellationToken)));

    /// <summary>
    /// Connects to one of the very addresses that were checked: a name looked up a second time could
    /// lead elsewhere.
    /// </summary>
    /// <exception cref="ForbiddenAddressException">One of the host's addresses is not allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!addresses.All(PublicAddress.Contains) && !await AllowsPrivateAsync(cancellationToken))
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<bool> AllowsPrivateAsync(CancellationToken cancellationToken)
    {
        var settings = services.GetRequiredService<RunwaySettings>();
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(settings.BaseUrl.IdnHost, cancellationToken);
            return !addresses.All(PublicAddress.Contains);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
