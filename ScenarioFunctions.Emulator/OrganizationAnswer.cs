using System.Text.Json.Serialization;

namespace ScenarioFunctions.Emulator;

/// <summary>The answer to <c>GET /v1/organization</c>: an organization whose credits never run out.</summary>
internal sealed record OrganizationAnswer(
    OrganizationAnswer.TierLimits Tier, int CreditBalance, OrganizationAnswer.DailyUsage Usage)
{
    private const int Plenty = 1_000_000;

    /// <param name="concurrency">How many run at once.</param>
    /// <param name="dailyGenerations">By model; those not named had none.</param>
    public static OrganizationAnswer Of(int concurrency, IReadOnlyDictionary<string, int> dailyGenerations) => new(
        new TierLimits(Plenty, ImageModel.All.ToDictionary(model => model.Name, _ => new ModelLimits(concurrency, null))),
        Plenty,
        new DailyUsage(ImageModel.All.ToDictionary(
            model => model.Name, model => new ModelUsage(dailyGenerations.GetValueOrDefault(model.Name)))));

    internal sealed record TierLimits(int MaxMonthlyCreditSpend, IReadOnlyDictionary<string, ModelLimits> Models);

    /// <summary>Null is no limit.</summary>
    internal sealed record ModelLimits(
        int? MaxConcurrentGenerations,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? MaxDailyGenerations);

    internal sealed record DailyUsage(IReadOnlyDictionary<string, ModelUsage> Models);

    internal sealed record ModelUsage(int DailyGenerations);
}
