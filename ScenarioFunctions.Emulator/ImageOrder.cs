namespace ScenarioFunctions.Emulator;

/// <summary>
/// An image that RunwayML would agree to make. Without a seed it is left to chance, which here always falls the
/// same way.
/// </summary>
internal sealed record ImageOrder(ImageModel Model, string PromptText, int Width, int Height, long? Seed);
