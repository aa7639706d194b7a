using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Tests.Core.Webhooks;

public sealed class CallbackAddressTests
{
    /// <summary>This machine, private networks and clouds' metadata, in every way in which a URL can say them.</summary>
    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.0.0.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://10.0.0.1:8443/hook")]
    [InlineData("https://172.16.5.4/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://100.100.100.200/")]
    [InlineData("https://168.63.129.16/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://169.254.170.2/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:a9fe:a9fe]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://api.localhost/")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://intranet/")]
    [InlineData("https://127。0。0。1/")]
    public void An_address_that_is_not_public_is_refused(string url)
    {
        Assert.NotNull(CallbackAddress.FaultOf(url, allowsPrivate: false));
    }

    [Theory]
    [InlineData("http://example.com/hook")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://user:secret@example.com/")]
    [InlineData("//example.com/")]
    [InlineData("/hook")]
    [InlineData("example.com")]
    [InlineData("https://")]
    [InlineData("javascript:alert(1)")]
    public void What_is_no_plain_https_URL_is_refused(string url) => Assert.NotNull(CallbackAddress.FaultOf(url, allowsPrivate: false));

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("https://example.com:8443/hook?key=secret#part")]
    [InlineData("https://hooks.localhost.example.com/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://[2606:4700::1111]/")]
    [InlineData("https://müller.example/")]
    public void A_public_https_URL_may_be_used(string url) => Assert.Null(CallbackAddress.FaultOf(url, allowsPrivate: false));

    [Fact]
    public void A_long_URL_is_refused() =>
        Assert.Contains("2048", CallbackAddress.FaultOf("https://example.com/" + new string('a', 2048), allowsPrivate: false));

    [Theory]
    [InlineData("http://localhost:3000/hook", true)]
    [InlineData("http://10.0.0.1/", true)]
    [InlineData("http://user@localhost/", false)]
    [InlineData("ftp://localhost/", false)]
    public void For_development_http_and_private_networks_may_be_allowed(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, CallbackAddress.FaultOf(url, allowsPrivate: true) is null);
}
