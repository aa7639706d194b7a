using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ScenarioFunctions.Emulator;

/// <summary>Registers the emulator and its routes.</summary>
public static class EmulatorServices
{
    /// <summary>Room for one reference image of up to 5 MiB. RunwayML accepts several.</summary>
    public const int MaxOrderBytes = 6 * 1024 * 1024;

    /// <summary>RunwayML accepts uploads of up to 200 MB; the emulator discards them.</summary>
    public const int MaxUploadBytes = 20 * 1024 * 1024;

    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>The base URL for clients, in the place of RunwayML's.</summary>
    public const string Root = "/emulators/runwayml";

    /// <param name="services">The host's services.</param>
    /// <param name="settings">How the emulator behaves.</param>
    /// <param name="databasePath">Its SQLite file, created when missing.</param>
    /// <param name="formerDatabasePath">The service's database. A new file copies the generations that 0.1.0 kept there.</param>
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
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="guard">
    /// Returns the answer to a caller who may not use the emulator, or null to one who may. If <paramref name="guard"/> is null,
    /// anybody may. Signed links work for anybody who has them.
    /// </param>
    public static IEndpointRouteBuilder MapRunwayEmulator(
        this IEndpointRouteBuilder endpoints, Func<HttpContext, ValueTask<IResult?>>? guard = null)
    {
        var root = endpoints.MapGroup(Root).ExcludeFromDescription()
            .AddEndpointFilter(new BodyLimits()).AddEndpointFilter(new DatabaseFaults()).WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        root.MapGet("/outputs/{id}.png", RunwayEndpoints.OutputAsync);
        root.MapPost("/uploads/{id}", RunwayEndpoints.ReceiveAsync).WithMetadata(new RequestSizeLimitAttribute(MaxUploadBytes));

        var closed = root.MapGroup("").AddEndpointFilter(async (context, next) =>
            (guard is null ? null : await guard(context.HttpContext)) ?? await next(context));
        closed.MapPut("/account", RunwayEndpoints.SetAccountAsync);

        var api = closed.MapGroup("/v1").AddEndpointFilter(new EmulatorAccess());
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

    /// <summary>How many generations of each model run at once; the others are throttled.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>How many may be open in total. The service itself opens no more: 1,000 tasks with 20 images at once.</summary>
    public int MaxOpen { get; init; } = 20_000;

    /// <summary>The share of generations, from 0 to 1, that fail with <c>INTERNAL</c>.</summary>
    public double FailureRate { get; init; }

    /// <summary>The account of a new database. Orders and <c>PUT /emulators/runwayml/account</c> change it later.</summary>
    public EmulatedAccount Account { get; init; } = new();
}

/// <summary>The emulated project's credits and limits.</summary>
/// <param name="CreditBalance">Each order reduces it by its price; an order that costs more is rejected.</param>
/// <param name="MaxDailyGenerations">Per model, in 24 hours; null is no limit.</param>
public sealed record EmulatedAccount(int CreditBalance = 1_000_000, int? MaxDailyGenerations = null);

/// <summary>Opens the database when the server starts, so that an error stops the start.</summary>
internal sealed class EmulatorStart(RunwayEmulator emulator) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = emulator;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
