using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>
/// Degraded when tasks wait for a version of the workflow that this program does not have. Otherwise it says how many open tasks each
/// older version has: when there are none, its code can be removed.
/// </summary>
public sealed class WorkflowHealthCheck(ITaskEngine engine, WorkflowVersions versions) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return ResultOf(await engine.CountOpenByVersionAsync(cancellationToken));
        }
        catch (EngineUnavailableException)
        {
            return HealthCheckResult.Degraded("The open tasks cannot be counted now.");
        }
    }

    private HealthCheckResult ResultOf(IReadOnlyDictionary<int, int> open)
    {
        var counts = string.Join(", ", open.OrderBy(one => one.Key).Select(one => $"{one.Value} of version {one.Key}"));
        var waiting = open.Where(one => !versions.Has(one.Key)).Sum(one => one.Value);
        return waiting > 0
            ? HealthCheckResult.Degraded(
                $"{waiting} of the open tasks ({counts}) wait for a program that has their version of the workflow; this one has {versions}.")
            : HealthCheckResult.Healthy(open.Keys.Any(version => version != versions.Current) ? $"Open tasks: {counts}." : null);
    }
}
