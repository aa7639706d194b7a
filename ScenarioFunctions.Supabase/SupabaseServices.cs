using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using Supabase;

namespace ScenarioFunctions.Supabase;

/// <summary>Registers Supabase behind the interfaces of Core.</summary>
public static partial class SupabaseServices
{
    /// <summary>
    /// Adds scenarios, credits, images, the index of tasks and the health check "supabase". The host adds <see cref="SupabaseSettings"/>.
    /// </summary>
    public static IServiceCollection AddSupabase(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => ClientFor(
            provider.GetRequiredService<SupabaseSettings>(), provider.GetRequiredService<ILogger<SupabaseDatabase>>()));
        services.AddSingleton<SupabaseDatabase>();
        services.AddSingleton<IScenarioStore, SupabaseScenarioStore>();
        services.AddSingleton<ICreditLedger, SupabaseCreditLedger>();
        services.AddSingleton<ITaskIndex, SupabaseTaskIndex>();
        services.AddSupabaseImages();
        services.AddHealthChecks().AddCheck<SupabaseHealthCheck>("supabase");
        return services;
    }

    /// <summary>A server with a service key: no session to restore or refresh, and no events to listen to.</summary>
    private static Client ClientFor(SupabaseSettings settings, ILogger logger)
    {
        if (!PackageClient.TryRefuseRedirects())
        {
            RedirectsFollowed(logger);
        }

        var client = new Client(
            settings.Url.AbsoluteUri.TrimEnd('/'),
            settings.Keys.Current,
            new SupabaseOptions { AutoRefreshToken = false, AutoConnectRealtime = false });
        client.Postgrest.GetHeaders = settings.KeyHeaders; // the package's own would also send any key as Bearer
        return client;
    }

    [LoggerMessage(260, LogLevel.Warning,
        "This release of the Supabase package has another HTTP client. It may follow redirects with the service's key: see PackageClient.")]
    private static partial void RedirectsFollowed(ILogger logger);
}

/// <summary>Healthy when the database accepts the key and has the service's tables.</summary>
internal sealed class SupabaseHealthCheck(IScenarioStore scenarios) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await scenarios.FindSceneAsync(Guid.Empty, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message);
        }
    }
}
