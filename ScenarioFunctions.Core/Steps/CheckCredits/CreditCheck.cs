using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Whether the balance covers all images; both in credits.</summary>
public sealed record CreditCheck(long Needed, long Balance)
{
    [JsonIgnore]
    public bool IsEnough => Balance >= Needed;
}
