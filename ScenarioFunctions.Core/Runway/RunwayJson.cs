using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML's JSON: camelCase; unknown fields are ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TextToImageBody))]
[JsonSerializable(typeof(CreatedTask))]
[JsonSerializable(typeof(RunwayTask))]
[JsonSerializable(typeof(RunwayRefusal))]
[JsonSerializable(typeof(RunwayOrganization))]
internal sealed partial class RunwayJson : JsonSerializerContext;

/// <summary>The body of <c>POST /v1/text_to_image</c>.</summary>
internal sealed record TextToImageBody(
    string Model, string PromptText, string Ratio, IReadOnlyList<ImageReference>? ReferenceImages, long? Seed,
    string? Quality = null);

/// <summary>The answer to <c>POST /v1/text_to_image</c>.</summary>
internal sealed record CreatedTask(string? Id, RunwayCost? EstimatedCost = null);

/// <summary>A price, in RunwayML's credits.</summary>
internal sealed record RunwayCost(double? Credits)
{
    /// <summary>Rounded up; null when the value is not a valid price.</summary>
    public int? Whole => Credits is >= 0 and < int.MaxValue ? (int)Math.Ceiling(Credits.Value) : null;
}

/// <summary>The body of an error answer.</summary>
internal sealed record RunwayRefusal(string? Error);

/// <summary>The fields of <c>GET /v1/organization</c> that are used here.</summary>
internal sealed record RunwayOrganization(
    double? CreditBalance, RunwayOrganization.TierLimits? Tier, RunwayOrganization.DailyUsage? Usage)
{
    /// <summary>Whether the daily limit of <paramref name="model"/> is reached.</summary>
    public bool IsLimitReached(string model) =>
        Tier?.Models?.GetValueOrDefault(model)?.MaxDailyGenerations is { } limit
        && Usage?.Models?.GetValueOrDefault(model)?.DailyGenerations >= limit;

    /// <summary>How many images of <paramref name="model"/> are made at once; null when it is not said.</summary>
    public int? ConcurrencyOf(string model) => Tier?.Models?.GetValueOrDefault(model)?.MaxConcurrentGenerations;

    internal sealed record TierLimits(IReadOnlyDictionary<string, ModelLimits>? Models);

    internal sealed record ModelLimits(int? MaxDailyGenerations, int? MaxConcurrentGenerations = null);

    internal sealed record DailyUsage(IReadOnlyDictionary<string, ModelUsage>? Models);

    internal sealed record ModelUsage(int? DailyGenerations);
}

/// <summary>The fields of <c>GET /v1/tasks/{id}</c> that are used here, and what they mean.</summary>
internal sealed record RunwayTask(
    string? Status,
    IReadOnlyList<string?>? Output = null,
    string? Failure = null,
    string? FailureCode = null,
    RunwayCost? Cost = null,
    double? Progress = null)
{
    private const int MaxCode = 100;

    /// <summary>A state that is unknown here counts as open; the scene's own timeout ends it.</summary>
    public Generation ToGeneration() => Read() with { Credits = Cost?.Whole };

    private Generation Read() => Status switch
    {
        "SUCCEEDED" => FirstOutput() is { } output
            ? new(GenerationState.Succeeded, output)
            : new(GenerationState.Failed, Failure: GenerationFailure.Permanent),
        "FAILED" => new(GenerationState.Failed, Failure: FailureOf(FailureCode), Note: PartAtFault(FailureCode)) { Code = ReadCode() },
        "CANCELLED" => new(GenerationState.Cancelled),
        _ => new(GenerationState.Open) { IsThrottled = Status == "THROTTLED", Progress = Progress is >= 0 and <= 1 ? Progress : null },
    };

    /// <summary>Only a code of the usual form is kept, as it is stored and shown.</summary>
    private string? ReadCode() =>
        FailureCode is { Length: > 0 and <= MaxCode } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? code : null;

    private Uri? FirstOutput() =>
        Output is [{ } first, ..] && Uri.TryCreate(first, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" ? url : null;

    private static GenerationFailure FailureOf(string? code)
    {
        if (IsIn(code, "SAFETY") || IsIn(code, "INPUT_PREPROCESSING.SAFETY"))
        {
            return GenerationFailure.ContentRejected;
        }

        return IsIn(code, "ASSET.INVALID") || IsIn(code, "INTERNAL.BAD_OUTPUT")
            ? GenerationFailure.Permanent
            : GenerationFailure.Temporary;
    }

    private static string? PartAtFault(string? code)
    {
        var isModeration = FailureOf(code) == GenerationFailure.ContentRejected;
        return IsIn(code, "ASSET.INVALID") ? "RunwayML could not use a reference image."
            : IsIn(code, "INTERNAL.BAD_OUTPUT") ? "RunwayML made no usable image of this prompt."
            : isModeration && IsIn(code, "SAFETY.OUTPUT") ? "RunwayML's moderation rejected the generated image."
            : isModeration && code!.Contains(".TEXT", StringComparison.Ordinal) ? "RunwayML's moderation rejected the image prompt."
            : isModeration && code!.Contains(".IMAGE", StringComparison.Ordinal) ? "RunwayML's moderation rejected a reference image."
            : null;
    }

    private static bool IsIn(string? code, string family) =>
        code == family || code?.StartsWith($"{family}.", StringComparison.Ordinal) == true;
}
