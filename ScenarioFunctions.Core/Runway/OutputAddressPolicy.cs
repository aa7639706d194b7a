using System.Net;
using System.Net.Sockets;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Which addresses outputs may be fetched from: https on the public Internet. Private networks and plain http are allowed only
/// when the base URL names this machine literally (an emulator, a test) or a setting allows it. What a name currently resolves
/// to does not matter for that.
/// </summary>
internal sealed class OutputAddressPolicy(Lazy<RunwaySettings> runway)
{
    private bool AllowsPrivate => runway.Value.AllowPrivateImageHosts || runway.Value.BaseUrl.IsLoopback;

    public bool Allows(Uri output) =>
        output.UserInfo.Length == 0
            && (output.Scheme == Uri.UriSchemeHttps || (output.Scheme == Uri.UriSchemeHttp && AllowsPrivate));

    /// <inheritdoc cref="PublicAddress.ConnectAsync"/>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        PublicAddress.ConnectAsync(context.DnsEndPoint, AllowsPrivate, cancellationToken);
}

/// <summary>Which addresses are on the public Internet, from IANA's special-purpose registries.</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", // this network
            "10.0.0.0/8",
            "100.64.0.0/10", // carrier-grade NAT
            "127.0.0.0/8",
            "168.63.129.16/32", // Azure's platform, which every machine there can reach
            "169.254.0.0/16", // link-local: cloud metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24", // documentation
            "192.168.0.0/16",
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, broadcast
            "2001::/23", // protocol assignments, Teredo
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4: any IPv4 address within
            "3fff::/20", // documentation
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>In IPv6 only global unicast is public; loopback, link-local, ULA, NAT64 and multicast are outside that range.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast6.Contains(plain))
            && !Array.Exists(Special, network => network.Contains(plain));
    }

    /// <summary>
    /// Connects to one of the addresses that were checked: looking up the name a second time could give another address.
    /// </summary>
    /// <param name="host">A name or an address, and a port.</param>
    /// <param name="allowsPrivate">Connects to any address.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ForbiddenAddressException">One of the host's addresses is not allowed.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancellationToken);
        if (!addresses.All(Contains) && !allowsPrivate)
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The host has a forbidden address. Callers get it inside an <see cref="HttpRequestException"/>.</summary>
internal sealed class ForbiddenAddressException()
    : IOException("The host has an address that is not on the public Internet.");
