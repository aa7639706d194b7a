using System.Net.Mime;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Whether images can be made: asks RunwayML for the organization, at most once in 15 s. Degraded when RunwayML cannot be
/// reached, rejects the key or is not configured: scenarios are still saved.
/// </summary>
internal sealed class RunwayHealthCheck(
    RunwayApi api, Lazy<RunwaySettings> runway, RunwayAccount account, TimeProvider time) : IHealthCheck, IDisposable
{
    /// <summary>In the data of the result when an emulator makes the images.</summary>
    public const string Emulator = "emulator";

    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>In RunwayML credits: about 60 images. Below this the balance counts as low.</summary>
    private const double LowBalance = 500;

    private const string NotRunway = "The server at this address is not RunwayML: check RUNWAYML_BASE_URL.";

    private readonly SemaphoreSlim gate = new(1);
    private HealthCheckResult? last;
    private long lastAt;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (last is not { } result || time.GetElapsedTime(lastAt) >= KeptFor)
            {
                last = result = await AskAsync(cancellationToken);
                lastAt = time.GetTimestamp();
            }

            return runway.Value.IsEmulator
                ? new HealthCheckResult(result.Status, result.Description, data: new Dictionary<string, object> { [Emulator] = true })
                : result;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await api.SendAsync(HttpMethod.Get, "v1/organization", null, either.Token);
            return response.Content.Headers.ContentType?.MediaType == MediaTypeNames.Application.Json
                ? Judge(await ReadAsync(response))
                : HealthCheckResult.Degraded(NotRunway);
        }
        catch (ImageServiceException exception)
        {
            return HealthCheckResult.Degraded(
                exception.Failure == ImageServiceFailure.NotFound ? NotRunway : exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded($"RunwayML did not answer within {Timeout.TotalSeconds:0} s.");
        }
    }

    private static async Task<RunwayOrganization?> ReadAsync(HttpResponseMessage response)
    {
        try
        {
            return JsonSerializer.Deserialize(
                await response.Content.ReadAsByteArrayAsync(), RunwayJson.Default.RunwayOrganization);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HealthCheckResult Judge(RunwayOrganization? organization)
    {
        if (organization?.IsLimitReached(runway.Value.Model) == true)
        {
            return HealthCheckResult.Degraded($"RunwayML's daily limit for {runway.Value.Model} is reached. Orders work again when RunwayML resets it, or with a higher tier.");
        }

        return organization?.CreditBalance switch
        {
            null => HealthCheckResult.Healthy("RunwayML answers."),
            <= 0 => HealthCheckResult.Degraded("The RunwayML account is empty: no images can be made. Add credits at RunwayML."),
            < LowBalance and var balance when account.Exhausted is not null => HealthCheckResult.Degraded(
                $"The RunwayML account has {balance:0} credits left, too few for the last image."),
            < LowBalance and var balance => HealthCheckResult.Healthy(
                $"Warning: the RunwayML account has only {balance:0} credits left."),
            _ => HealthCheckResult.Healthy("RunwayML answers."),
        };
    }
}
