namespace ScenarioFunctions.Core.Runway;

/// <summary>What RunwayML's <c>failureCode</c> means to us.</summary>
public enum GenerationFailure
{
    /// <summary>Moderation (<c>SAFETY.*</c>, <c>INPUT_PREPROCESSING.SAFETY.*</c>): never try again.</summary>
    ContentRejected,

    /// <summary>Trying again would not help (<c>ASSET.INVALID</c>, <c>INTERNAL.BAD_OUTPUT.*</c>).</summary>
    Permanent,

    /// <summary>Trying again after a while may help (<c>INTERNAL</c>, <c>THIRD_PARTY.UNAVAILABLE</c>, none).</summary>
    Temporary,
}
