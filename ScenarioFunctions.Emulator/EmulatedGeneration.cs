namespace ScenarioFunctions.Emulator;

/// <summary>
/// A generation as it was ordered. What has become of it follows from the clock. How it will end is settled from
/// the start, so that all polls agree: with a failure code, or with an image. It takes its duration once its
/// turn has come.
/// </summary>
internal sealed record EmulatedGeneration(
    Guid Id, string Model, string PromptText, int Width, int Height, long? Seed, int Credits,
    string? FailureCode, TimeSpan Duration, DateTimeOffset CreatedAt);
