using System.Net;

namespace ScenarioFunctions.Local.Cli;

/// <summary>
/// A command's connection to the server. That server may belong to another command, which stops it when it is done. Then the
/// next server continues all unfinished tasks, and this connects to it.
/// </summary>
internal sealed class ServerLink : IAsyncDisposable
{
    private readonly CliEnvironment environment;
    private IScenarioServer? server;
    private ScenarioApiClient? api;

    private ServerLink(CliEnvironment environment) => this.environment = environment;

    public Uri Address => server!.Address;

    public ScenarioApiClient Api => api!;

    public static async Task<ServerLink> OpenAsync(CliEnvironment environment, CancellationToken cancellationToken)
    {
        var link = new ServerLink(environment);
        await link.ConnectAsync(cancellationToken);
        return link;
    }

    /// <summary>Calls the API, and retries for a while when the server is unreachable. For calls that may be repeated.</summary>
    public async Task<T> AskAsync<T>(Func<ScenarioApiClient, Task<T>> call, CancellationToken cancellationToken)
    {
        var start = environment.Time.GetTimestamp();
        while (true)
        {
            try
            {
                if (api is null)
                {
                    await ConnectAsync(cancellationToken);
                }

                return await call(Api);
            }
            catch (Exception exception) when (IsPassing(exception)
                && environment.Time.GetElapsedTime(start) < environment.Patience.Server)
            {
                if (exception is ServerUnreachableException)
                {
                    await DisposeAsync();
                }
            }

            await Task.Delay(environment.Patience.Poll, environment.Time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        api = null;
        if (server is not null)
        {
            await server.DisposeAsync();
            server = null;
        }
    }

    private static bool IsPassing(Exception exception) =>
        exception is ServerUnreachableException or ApiProblemException { Status: HttpStatusCode.ServiceUnavailable };

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        server = await environment.ConnectAsync(cancellationToken);
        api = new ScenarioApiClient(server.Address, environment.ApiKey);
    }
}

/// <summary>A server that a command uses. Disposing stops it only if the command started it.</summary>
internal interface IScenarioServer : IAsyncDisposable
{
    /// <summary>The address of its API.</summary>
    Uri Address { get; }
}
