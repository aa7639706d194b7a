namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>A network whose names are not resolved while <paramref name="isLost"/> says so.</summary>
internal sealed class LostName(Func<bool> isLost) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) => isLost()
        ? throw new HttpRequestException(HttpRequestError.NameResolutionError, "Name or service not known")
        : base.SendAsync(request, cancellationToken);
}
