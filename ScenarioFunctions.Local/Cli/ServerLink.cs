using System.Net;

namespace ScenarioFunctions.Local.Cli;

/// <summary>
/// A command's connection to the server. That server may belong to another command, which stops it when it is done. Then the
/// next server continues all unfinished tasks, and this connects to it.
/// </summary>
internal sealed class ServerLink : IAsyncDisposable
{
    private readonly CliEnvironment environment;
    private readonly ServerUse use;
    private IScenarioServer? server;
    private ScenarioApiClient? api;

    private ServerLink(CliEnvironment environment, ServerUse use) => (this.environment, this.use) = (environment, use);

    public Uri Address => server!.Address;

    /// <summary>Whether the server stops with the command, and its tasks wait for the next one.</summary>
    public bool IsForCommand => server?.IsForCommand ?? true;

    public ScenarioApiClient Api => api!;

    /// <summary>Connects, does the work of a command, and disconnects.</summary>
    /// <param name="environment">The server, and the signals.</param>
    /// <param name="use">What the server is needed for.</param>
    /// <param name="work">Returns the exit code. Its token is cancelled by Ctrl+C.</param>
    /// <returns>The exit code; <see cref="ExitCodes.Cancelled"/> when the work was cancelled.</returns>
    public static async Task<int> UseAsync(
        CliEnvironment environment, ServerUse use, Func<ServerLink, CancellationToken, Task<int>> work)
    {
        using var interrupts = environment.WatchInterrupts();
        try
        {
            await using var link = new ServerLink(environment, use);
            await link.ConnectAsync(interrupts.Requested);
            return await work(link, interrupts.Requested);
        }
        catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
        {
            if (use == ServerUse.Work)
            {
                environment.Tell("Cancelled before anything was started.");
            }

            return ExitCodes.Cancelled;
        }
    }

    /// <summary>The link to a task in the studio, or to the studio.</summary>
    public string StudioOf(string? taskId)
    {
        var studio = server!.PublicAddress.AbsoluteUri.TrimEnd('/');
        return taskId is null ? $"{studio}/" : $"{studio}/#/tasks/{Uri.EscapeDataString(taskId)}";
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
        server = await environment.ConnectAsync(use, cancellationToken);
        api = new ScenarioApiClient(server.Address, environment.ApiKey);
    }
}

/// <summary>A server that a command uses. Disposing stops it only if the command started it.</summary>
internal interface IScenarioServer : IAsyncDisposable
{
    /// <summary>The address of its API.</summary>
    Uri Address { get; }

    /// <summary>Where a browser finds the studio: with a server that stops with the command, where the next one will be.</summary>
    Uri PublicAddress { get; }

    /// <summary>Whether it stops with the command.</summary>
    bool IsForCommand { get; }
}

/// <summary>What a command needs a server for.</summary>
internal enum ServerUse
{
    /// <summary>To look at data or to change single rows: a server that is started for this continues no task, so it orders no image.</summary>
    Look,

    /// <summary>To run tasks: a server that is started for this continues all that are unfinished, as every server does.</summary>
    Work,
}
