using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>
/// The REST and storage routes of a Supabase project that the service uses, on loopback, over a real
/// PostgreSQL with the migrations applied.
/// </summary>
public sealed class SupabaseTestServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SupabaseTestServer(WebApplication app, PostgresDatabase database)
    {
        this.app = app;
        Database = database;
    }

    public PostgresDatabase Database { get; }

    public SupabaseFaults Faults { get; } = new();

    /// <summary>Keys that its owner has taken back.</summary>
    public ConcurrentQueue<string> Revoked { get; } = [];

    /// <summary>What came in, refused or not, in the order of arrival.</summary>
    public ConcurrentQueue<SupabaseRequest> Requests { get; } = [];

    public Uri Url => new(app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Over a database as Supabase hands it out, with the migrations applied.</summary>
    public static async Task<SupabaseTestServer> StartAsync(PostgresCluster cluster) =>
        await StartAsync(await cluster.CreateMigratedAsync());

    /// <summary>Over a given database, which it then owns.</summary>
    public static async Task<SupabaseTestServer> StartAsync(PostgresDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new SupabaseTestServer(builder.Build(), database);

        server.app.Use(server.ReceiveAsync);
        new SupabaseRestRoutes(database).Map(server.app);
        new SupabaseStorageRoutes(database).Map(server.app);
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        Requests.Enqueue(await SupabaseRequest.ReadAsync(context.Request));
        if (await Faults.TakeAsync(context))
        {
            return;
        }

        if (context.Request.Path.StartsWithSegments("/storage/v1/object/public"))
        {
            await next(context);
            return;
        }

        // The gateway knows only the keys that it gave out.
        string key = context.Request.Headers["apikey"].ToString();
        if (SupabaseKeys.RoleOf(key) is not { } role || Revoked.Contains(key) || context.Request.Headers.Authorization.ToString() != SupabaseKeys.AuthorizationOf(key))
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsJsonAsync(new { message = "Invalid API key", hint = "Double check it." });
            return;
        }

        context.Items["role"] = role;
        try
        {
            if (!await Faults.LosesAsync(context, next))
            {
                await next(context);
            }
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The service tells no more of a 500 than its status.
            await Console.Error.WriteLineAsync($"The Supabase of the tests failed at {context.Request.Path}: {exception}");
            throw;
        }
    }
}
