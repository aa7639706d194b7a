namespace ScenarioFunctions.Local.Emulator;

/// <summary>A generation as it was ordered. What has become of it follows from the clock.</summary>
/// <param name="FailureCode">How it will end; null for an image. Settled from the start, so that all polls agree.</param>
/// <param name="Duration">How long it takes once its turn has come.</param>
internal sealed record EmulatedGeneration(
    Guid Id, string Model, string PromptText, int Width, int Height, long? Seed, int Credits,
    string? FailureCode, TimeSpan Duration, DateTimeOffset CreatedAt);
