using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ScenarioFunctions.Emulator;

/// <summary>The emulator as services and routes.</summary>
public static class EmulatorServices
{
    /// <summary>Room for one reference image within an order, which may have 5 MiB. RunwayML takes several.</summary>
    public const int MaxOrderBytes = 6 * 1024 * 1024;

    /// <summary>RunwayML takes uploads of up to 200 MB; what is sent here is thrown away.</summary>
    public const int MaxUploadBytes = 20 * 1024 * 1024;

    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Where it is served: RunwayML's base URL, for its clients.</summary>
    public const string Root = "/emulators/runwayml";

    /// <param name="services">Where to add it.</param>
    /// <param name="settings">How it behaves.</param>
    /// <param name="databasePath">Its SQLite file, made when it is missing.</param>
    /// <param name="formerDatabasePath">The service's database, whose generations of version 0.1.0 a new file begins with.</param>
    public static IServiceCollection AddRunwayEmulator(
        this IServiceCollection services, EmulatorSettings settings, string databasePath, string? formerDatabasePath = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<EmulatorStart>();
        services.AddSingleton(settings).AddSingleton(provider => GenerationTable.Open(
            databasePath, provider.GetRequiredService<TimeProvider>().GetUtcNow() - RunwayEmulator.Kept, formerDatabasePath, settings.Account));
        return services.AddSingleton<Illustrator>().AddSingleton<RunwayEmulator>();
    }

    /// <summary>Serves the emulator under <see cref="Root"/>.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="guard">
    /// The answer to a caller who may not use it, or null to one who may. When it is null, anybody may. Signed links are for
    /// whoever has them.
    /// </param>
    public static IEndpointRouteBuilder MapRunwayEmulator(
        this IEndpointRouteBuilder endpoints, Func<HttpContext, ValueTask<IResult?>>? guard = null)
    {
        var root = endpoints.MapGroup(Root).ExcludeFromDescription()
            .AddEndpointFilter<BodyLimits>().WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        root.MapGet("/outputs/{id}.png", RunwayEndpoints.OutputAsync);
        root.MapPost("/uploads/{id}", RunwayEndpoints.ReceiveAsync).WithMetadata(new RequestSizeLimitAttribute(MaxUploadBytes));

        var closed = root.MapGroup("").AddEndpointFilter(async (context, next) =>
            (guard is null ? null : await guard(context.HttpContext)) ?? await next(context));
        closed.MapPut("/account", RunwayEndpoints.SetAccountAsync);

        var api = closed.MapGroup("/v1").AddEndpointFilter<EmulatorAccess>();
        api.MapPost("/text_to_image", RunwayEndpoints.CreateAsync).WithMetadata(new RequestSizeLimitAttribute(MaxOrderBytes));
        api.MapPost("/uploads", RunwayEndpoints.UploadAsync);
        api.MapGet("/tasks/{id}", RunwayEndpoints.Retrieve);
        api.MapDelete("/tasks/{id}", RunwayEndpoints.Delete);
        api.MapGet("/organization", RunwayEndpoints.Organization);
        return endpoints;
    }
}

/// <summary>How the emulated RunwayML behaves.</summary>
public sealed record EmulatorSettings
{
    /// <summary>How long a generation takes once its turn has come.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many run at once, of each model; the others are throttled.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>How many may be open in all; an order beyond is refused. The service itself has no more: 1,000 tasks of 20 images.</summary>
    public int MaxOpen { get; init; } = 20_000;

    /// <summary>The share of generations, up to 1, that fail with <c>INTERNAL</c>.</summary>
    public double FailureRate { get; init; }

    /// <summary>Of a new database; later it is what orders and <c>PUT /emulators/runwayml/account</c> have made of it.</summary>
    public EmulatedAccount Account { get; init; } = new();
}

/// <summary>The emulated project's means.</summary>
/// <param name="CreditBalance">Falls with each order by its price; an order over it is refused.</param>
/// <param name="MaxDailyGenerations">Of each model, in 24 hours; null is no limit.</param>
public sealed record EmulatedAccount(int CreditBalance = 1_000_000, int? MaxDailyGenerations = null);

/// <summary>Opens the database with the server, so that a fault stops the start.</summary>
internal sealed class EmulatorStart(RunwayEmulator emulator) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = emulator;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
