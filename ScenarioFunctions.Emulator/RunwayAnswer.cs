using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ScenarioFunctions.Emulator;

/// <summary>Answers in RunwayML's format: camelCase, with nulls only in its limits.</summary>
internal static class RunwayAnswer
{
    /// <exception cref="JsonException">The body is not of this type.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request) =>
        await JsonSerializer.DeserializeAsync(request.Body, TypeOf<T>(), request.HttpContext.RequestAborted)
            ?? throw new JsonException();

    public static IResult Of<T>(T answer) => Results.Json(answer, TypeOf<T>());

    public static IResult Refuse(int status, string error, IReadOnlyList<RunwayIssue>? issues = null) =>
        Results.Json(new RunwayError(error, issues), RunwayAnswerJson.Default.RunwayError, statusCode: status);

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)RunwayAnswerJson.Default.GetTypeInfo(typeof(T))!;
}

/// <summary>The body of every error. Issues are the faults of a request's body.</summary>
internal sealed record RunwayError(string Error, IReadOnlyList<RunwayIssue>? Issues = null)
{
    public string? DocUrl { get; } = Issues is null ? null : "https://docs.dev.runwayml.com/api";
}

/// <summary>The answer to <c>POST /v1/text_to_image</c>.</summary>
internal sealed record CreateAnswer(Guid Id, CreditAmount EstimatedCost);

/// <summary>The answer to <c>POST /v1/uploads</c>: the address and the form fields for the upload, and the file's later URI.</summary>
internal sealed record UploadAnswer(string UploadUrl, IReadOnlyDictionary<string, string> Fields, string RunwayUri);

internal sealed record CreditAmount(int Credits);

/// <summary>
/// The answer to <c>GET /v1/tasks/{id}</c>. Fields that a state does not have are null and are not sent. An open task has an
/// estimated cost, an ended task its cost, and a running task its progress, from 0 to 1.
/// </summary>
internal sealed record TaskAnswer(
    Guid Id, string Status, string CreatedAt, CreditAmount? EstimatedCost, CreditAmount? Cost,
    double? Progress, IReadOnlyList<string>? Output, string? Failure, string? FailureCode)
{
    /// <param name="progress">The generation's state.</param>
    /// <param name="outputUrl">The URL of its image, if it makes one.</param>
    public static TaskAnswer Of(GenerationProgress progress, string outputUrl)
    {
        var generation = progress.Generation;
        var (estimate, cost) = (new CreditAmount(generation.Credits), new CreditAmount(generation.Cost));
        var answer = new TaskAnswer(
            generation.Id, progress.Status.ToString().ToUpperInvariant(),
            generation.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            null, null, null, null, null, null);
        return progress.Status switch
        {
            EmulatedStatus.Succeeded => answer with { Cost = cost, Output = [outputUrl] },
            EmulatedStatus.Failed => answer with
            {
                Cost = cost,
                Failure = FailureCodes.Describe(generation.FailureCode!),
                FailureCode = generation.FailureCode,
            },
            EmulatedStatus.Running => answer with { EstimatedCost = estimate, Progress = Math.Round(progress.Share, 2) },
            _ => answer with { EstimatedCost = estimate },
        };
    }
}

/// <summary>The answer to <c>GET /v1/organization</c>.</summary>
internal sealed record OrganizationAnswer(
    OrganizationAnswer.TierLimits Tier, int CreditBalance, OrganizationAnswer.DailyUsage Usage)
{
    private const int MaxMonthlyCreditSpend = 1_000_000;

    /// <param name="concurrency">How many generations of each model run at once.</param>
    /// <param name="account">The credits that are left, and the daily limit of each model.</param>
    /// <param name="dailyGenerations">By model; models that are not named had none.</param>
    public static OrganizationAnswer Of(
        int concurrency, EmulatedAccount account, IReadOnlyDictionary<string, int> dailyGenerations) => new(
        new TierLimits(MaxMonthlyCreditSpend, EmulatedModel.All.ToDictionary(
            model => model.Name, _ => new ModelLimits(concurrency, account.MaxDailyGenerations))),
        account.CreditBalance,
        new DailyUsage(EmulatedModel.All.ToDictionary(
            model => model.Name, model => new ModelUsage(dailyGenerations.GetValueOrDefault(model.Name)))));

    internal sealed record TierLimits(int MaxMonthlyCreditSpend, IReadOnlyDictionary<string, ModelLimits> Models);

    /// <summary>Null is no limit.</summary>
    internal sealed record ModelLimits(
        int? MaxConcurrentGenerations,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? MaxDailyGenerations);

    internal sealed record DailyUsage(IReadOnlyDictionary<string, ModelUsage> Models);

    internal sealed record ModelUsage(int DailyGenerations);
}

/// <summary>Strings and whole numbers are the parts of an issue's path.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateAnswer))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(TaskAnswer))]
[JsonSerializable(typeof(OrganizationAnswer))]
[JsonSerializable(typeof(EmulatedAccount))]
[JsonSerializable(typeof(RunwayError))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
internal sealed partial class RunwayAnswerJson : JsonSerializerContext;
