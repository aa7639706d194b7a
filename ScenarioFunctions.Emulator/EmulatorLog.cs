namespace ScenarioFunctions.Emulator;

internal static partial class EmulatorLog
{
    [LoggerMessage(600, LogLevel.Debug, "The RunwayML emulator knows {Known} generations, {Open} of them open")]
    public static partial void Loaded(ILogger logger, int known, int open);

    [LoggerMessage(601, LogLevel.Debug, "The RunwayML emulator took generation {GenerationId}: {Model}, {Width}x{Height}")]
    public static partial void Created(ILogger logger, Guid generationId, string model, int width, int height);

    [LoggerMessage(602, LogLevel.Debug, "The RunwayML emulator deleted generation {GenerationId}")]
    public static partial void Deleted(ILogger logger, Guid generationId);
}
