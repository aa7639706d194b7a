using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Log lines of this folder: events 200 to 299. Never log a key or a signed URL.</summary>
internal static partial class RunwayLog
{
    [LoggerMessage(200, LogLevel.Information, "RunwayML accepted the order; generation {GenerationId} ({Model}, {Ratio})")]
    public static partial void Submitted(this ILogger logger, string generationId, string model, string ratio);

    [LoggerMessage(201, LogLevel.Information, "Generation {GenerationId} was cancelled at RunwayML")]
    public static partial void Cancelled(this ILogger logger, string generationId);

    [LoggerMessage(202, LogLevel.Warning, "Generation {GenerationId} failed ({Failure}): {Code} {Text}")]
    public static partial void GenerationFailed(
        this ILogger logger, string generationId, GenerationFailure failure, string? code, string? text);

    [LoggerMessage(203, LogLevel.Warning, "{Method} to {Host} gave {Outcome}; retrying ({Count} times since the last such line)")]
    public static partial void Retrying(this ILogger logger, string method, string host, string outcome, int count);

    [LoggerMessage(204, LogLevel.Warning, "RunwayML answered {Method} {Path} with HTTP {Status}: {Reason} ({Count} times since the last such line)")]
    public static partial void CallFailed(
        this ILogger logger, string method, string path, int status, string reason, int count);

    [LoggerMessage(205, LogLevel.Error, "RunwayML is down ({Outcome}); no calls for {Seconds:0} s ({Count} times since the last such line)")]
    public static partial void BreakerOpened(this ILogger logger, double seconds, string outcome, int count);

    [LoggerMessage(206, LogLevel.Information, "RunwayML answers again")]
    public static partial void BreakerClosed(this ILogger logger);

    [LoggerMessage(207, LogLevel.Warning, "No image from {Host}: {Reason} ({Count} times since the last such line)")]
    public static partial void DownloadFailed(this ILogger logger, string host, string reason, int count);

    [LoggerMessage(208, LogLevel.Error, "{Reason} Add credits, or wait until the limit allows more.")]
    public static partial void AccountExhausted(this ILogger logger, string reason);

    [LoggerMessage(209, LogLevel.Information, "RunwayML accepts orders again")]
    public static partial void AccountRefilled(this ILogger logger);

    [LoggerMessage(215, LogLevel.Warning,
        "RUNWAYML_MODEL is {Model}, whose rules are unknown here: requests are sent without checks. Known models: {Known}")]
    public static partial void UnknownModel(this ILogger logger, string model, string known);
}
