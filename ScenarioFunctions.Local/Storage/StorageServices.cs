using Microsoft.Extensions.DependencyInjection.Extensions;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Registers the embedded store.</summary>
internal static class StorageServices
{
    /// <summary>
    /// Adds Core's storage interfaces over SQLite and files, and their health checks. The host adds <see cref="DataDirectory"/> and
    /// <see cref="LocalSettings"/>.
    /// </summary>
    /// <param name="services">Get them.</param>
    /// <param name="database">While it is opened, or the error of that.</param>
    public static IServiceCollection AddEmbeddedStorage(this IServiceCollection services, Task<LocalDatabase> database)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => database.GetAwaiter().GetResult());
        services.AddSingleton<IScenarioStore, LocalScenarioStore>();
        services.AddSingleton<LocalCreditLedger>();
        services.AddSingleton<ICreditLedger>(provider => provider.GetRequiredService<LocalCreditLedger>());
        services.AddSingleton<ICreditGrants>(provider => provider.GetRequiredService<LocalCreditLedger>());
        services.AddSingleton<IImageStore, LocalImageStore>();
        services.AddSingleton(provider => new ImageStaging(provider.GetRequiredService<DataDirectory>().StagingPath));
        services.AddSingleton<LocalImageIndex>();
        services.AddSingleton<IImageIndex>(provider => provider.GetRequiredService<LocalImageIndex>());
        services.AddHostedService<RestoreGuard>();
        services.AddHostedService<OwnerGuard>();
        services.TryAddSingleton<FaultLog>();
        services.AddSingleton<DamageCheck>().AddHostedService(provider => provider.GetRequiredService<DamageCheck>());
        services.AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("database")
            .AddCheck<ImagesHealthCheck>("images");
        return services;
    }
}
