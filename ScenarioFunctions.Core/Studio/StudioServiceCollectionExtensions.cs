using Microsoft.Extensions.DependencyInjection;

namespace ScenarioFunctions.Core.Studio;

public static class StudioServiceCollectionExtensions
{
    /// <summary>Adds <see cref="StudioFiles"/>.</summary>
    public static IServiceCollection AddStudio(this IServiceCollection services) =>
        services.AddSingleton<StudioFiles>();
}
