using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScenarioFunctions.Local.Emulator.Pictures;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Emulator;

internal static class EmulatorServices
{
    /// <summary>Reference images may come within the body: RunwayML takes up to 5 MB for each.</summary>
    private const int MaxBodyBytes = 32 * 1024 * 1024;

    /// <summary>
    /// Adds the emulator, which needs <see cref="EmulatorSettings"/> and the <see cref="LocalDatabase"/>.
    /// </summary>
    public static IServiceCollection AddRunwayEmulator(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<EmulatorPruning>();
        return services.AddSingleton<GenerationTable>().AddSingleton<Illustrator>().AddSingleton<RunwayEmulator>();
    }

    /// <summary>Serves the emulator under <see cref="RunwayEndpoints.Root"/>: RunwayML's base URL, for its clients.</summary>
    public static IEndpointRouteBuilder MapRunwayEmulator(this IEndpointRouteBuilder endpoints)
    {
        var root = endpoints.MapGroup(RunwayEndpoints.Root).ExcludeFromDescription();
        root.MapGet("/outputs/{id}.png", RunwayEndpoints.OutputAsync);

        var api = root.MapGroup("/v1").AddEndpointFilter<EmulatorAccess>();
        api.MapPost("/text_to_image", RunwayEndpoints.CreateAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        api.MapGet("/tasks/{id}", RunwayEndpoints.Retrieve);
        api.MapDelete("/tasks/{id}", RunwayEndpoints.DeleteAsync);
        api.MapGet("/organization", RunwayEndpoints.Organization);
        return endpoints;
    }
}
