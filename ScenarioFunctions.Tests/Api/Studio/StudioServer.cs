using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Studio;

/// <summary>The studio's files, over real HTTP.</summary>
public sealed class StudioServer : IAsyncLifetime
{
    private ApiServer? server;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        Client = new HttpClient { BaseAddress = server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server!.DisposeAsync();
    }
}
