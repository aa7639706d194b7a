using System.Globalization;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// The answer to <c>GET /v1/tasks/{id}</c>; what a state does not have is null, and not sent. An open task has an
/// estimated cost, an ended one its cost, which is 0 for a failure, and a running one its progress, from 0 to 1.
/// </summary>
internal sealed record TaskAnswer(
    Guid Id, string Status, string CreatedAt, CreditAmount? EstimatedCost, CreditAmount? Cost,
    double? Progress, IReadOnlyList<string>? Output, string? Failure, string? FailureCode)
{
    /// <summary>The output URL is where its image is, should there be one.</summary>
    public static TaskAnswer Of(GenerationProgress progress, string outputUrl)
    {
        var generation = progress.Generation;
        var cost = new CreditAmount(generation.Credits);
        var answer = new TaskAnswer(
            generation.Id, progress.Status.ToString().ToUpperInvariant(),
            generation.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            null, null, null, null, null, null);
        return progress.Status switch
        {
            EmulatedStatus.Succeeded => answer with { Cost = cost, Output = [outputUrl] },
            EmulatedStatus.Failed => answer with
            {
                Cost = new CreditAmount(0),
                Failure = FailureCodes.Describe(generation.FailureCode!),
                FailureCode = generation.FailureCode,
            },
            EmulatedStatus.Running => answer with { EstimatedCost = cost, Progress = Math.Round(progress.Share, 2) },
            _ => answer with { EstimatedCost = cost },
        };
    }
}
