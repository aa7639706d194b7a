namespace ScenarioFunctions.Local.Emulator;

/// <summary>An image that RunwayML would agree to make.</summary>
/// <param name="Seed">Null when it was left to chance, which here always falls the same way.</param>
internal sealed record ImageOrder(ImageModel Model, string PromptText, int Width, int Height, long? Seed);
