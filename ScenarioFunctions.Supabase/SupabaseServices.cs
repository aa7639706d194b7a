using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using Supabase;

namespace ScenarioFunctions.Supabase;

/// <summary>Supabase behind the interfaces of Core.</summary>
public static partial class SupabaseServices
{
    /// <summary>
    /// Adds scenarios, credits, images and the health check "supabase". The host adds the
    /// <see cref="SupabaseSettings"/>.
    /// </summary>
    public static IServiceCollection AddSupabase(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => ClientFor(
            provider.GetRequiredService<SupabaseSettings>(), provider.GetRequiredService<ILogger<SupabaseDatabase>>()));
        services.AddSingleton<SupabaseDatabase>();
        services.AddSingleton<IScenarioStore, SupabaseScenarioStore>();
        services.AddSingleton<ICreditLedger, SupabaseCreditLedger>();
        services.AddSupabaseImages();
        services.AddHealthChecks().AddCheck<SupabaseHealthCheck>("supabase");
        return services;
    }

    /// <summary>No session to restore or refresh, and nothing to listen to: a server with a service key.</summary>
    private static Client ClientFor(SupabaseSettings settings, ILogger logger)
    {
        if (!PackageClient.TryRefuseRedirects())
        {
            RedirectsFollowed(logger);
        }

        var client = new Client(
            settings.Url.AbsoluteUri.TrimEnd('/'),
            settings.ServiceRoleKey,
            new SupabaseOptions { AutoRefreshToken = false, AutoConnectRealtime = false });
        client.Postgrest.GetHeaders = settings.KeyHeaders; // its own send any key as Bearer, too
        return client;
    }

    [LoggerMessage(260, LogLevel.Warning,
        "This release of the Supabase package has another HTTP client. It follows redirects, with the service's key: see PackageClient.")]
    private static partial void RedirectsFollowed(ILogger logger);
}

/// <summary>Healthy when the database answers to the key, and has the service's tables.</summary>
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
