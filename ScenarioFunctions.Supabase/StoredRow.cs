using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Newtonsoft.Json.Linq;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Supabase;

/// <summary>A row of <c>video_scenes</c> or <c>video_scene_images</c>, as read. Columns that a table lacks are null.</summary>
internal sealed record StoredRow
{
    public string? Id { get; init; }
    public string? ScenarioId { get; init; }
    public string? SceneId { get; init; }
    public int? Version { get; init; }
    public string? TaskId { get; init; }
    public string? RunId { get; init; }
    public int? SceneNumber { get; init; }
    public string? Description { get; init; }
    public double? Duration { get; init; }
    public string? ImagePrompt { get; init; }
    public string? VisualPrompt { get; init; }
    public string? ProductReferenceImageUrl { get; init; }
    public string? ImageReasoning { get; init; }
    public string? Status { get; init; }
    public string? FailureReason { get; init; }
    public string? FailureCode { get; init; }
    public string? GenerationId { get; init; }
    public string? ImageUrl { get; init; }
    public string? ImageNote { get; init; }
    public int? ImageServiceCredits { get; init; }
    public string? ImageModel { get; init; }
    public string? ImageRatio { get; init; }
    public long? ImageSeed { get; init; }
    public int? CreditsCharged { get; init; }
    public DateTimeOffset? OrderedAt { get; init; }
    public int? ImageAttempt { get; init; }
    public DateTimeOffset? StoredAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }

    /// <exception cref="StorageException">The row has a value that the service does not know; another program wrote it.</exception>
    public SceneRow ToRow() => new(
        ReadId(Id),
        ReadId(ScenarioId),
        new Scene
        {
            SceneNumber = SceneNumber ?? 0,
            Description = Description ?? "",
            Duration = Duration ?? 0,
            ImagePrompt = ImagePrompt ?? "",
            VisualPrompt = VisualPrompt ?? "",
            ProductReferenceImageUrl = ProductReferenceImageUrl,
            ImageReasoning = ImageReasoning,
            Model = SceneId is null ? null : ImageModel,
            Seed = SceneId is null ? null : ImageSeed,
        },
        ToState())
    {
        ImageOf = SceneId is null ? null : ReadId(SceneId),
        Version = Version ?? 1,
        EndedAt = EndedAt,
    };

    /// <inheritdoc cref="ToRow"/>
    public SceneImage ToImage() => new()
    {
        Id = ReadId(Id),
        SceneId = ReadId(SceneId),
        Version = Version ?? 1,
        TaskId = TaskId,
        ImagePrompt = ImagePrompt ?? "",
        ProductReferenceImageUrl = ProductReferenceImageUrl,
        State = ToState(),
        CreatedAt = CreatedAt ?? default,
        EndedAt = EndedAt,
    };

    public static JToken ToJson(SceneState state) => StoredJson.Write(
        new StoredRow
        {
            Status = EnumNames.Of(state.Status),
            FailureReason = EnumNames.Of(state.Reason),
            FailureCode = state.FailureCode,
            GenerationId = state.GenerationId,
            OrderedAt = state.OrderedAt,
            ImageAttempt = state.Attempt,
            StoredAt = state.StoredAt,
            ImageUrl = state.ImageUrl,
            ImageNote = state.Note,
            ImageServiceCredits = state.ServiceCredits,
            ImageModel = state.Model,
            ImageRatio = state.Ratio,
            ImageSeed = state.Seed,
            CreditsCharged = state.CreditsCharged,
        },
        StoredJson.Default.StoredRow);

    public static JToken ToJson(IReadOnlyList<NewImage> images) => StoredJson.Write(
        [
            .. images.Select(image => new StoredRow
            {
                Id = image.Id.ToString(),
                RunId = image.RunId.ToString(),
                TaskId = image.TaskId,
                SceneId = image.SceneId.ToString(),
                ImagePrompt = image.Prompt,
                ProductReferenceImageUrl = image.ProductReferenceImageUrl,
                ImageModel = image.Model,
                ImageSeed = image.Seed,
            }),
        ],
        StoredJson.Default.IReadOnlyListStoredRow);

    private SceneState ToState() => new()
    {
        Status = Read<SceneStatus>(Status ?? "pending"),
        Reason = FailureReason is null ? null : Read<SceneReason>(FailureReason),
        FailureCode = FailureCode,
        GenerationId = GenerationId,
        OrderedAt = OrderedAt,
        Attempt = ImageAttempt,
        StoredAt = StoredAt,
        ImageUrl = ImageUrl,
        Note = ImageNote,
        ServiceCredits = ImageServiceCredits,
        Model = ImageModel,
        Ratio = ImageRatio,
        Seed = ImageSeed,
        CreditsCharged = CreditsCharged,
    };

    private static T Read<T>(string name)
        where T : struct, Enum => EnumNames.TryParse<T>(name, out var value)
            ? value
            : throw new StorageException($"A scene has the {typeof(T).Name} '{name}'.", isTransient: false);

    internal static Guid ReadId(string? text) => Guid.TryParse(text, out var id)
        ? id
        : throw new StorageException($"A scene or scenario has the id '{text}', which is not a UUID.", isTransient: false);
}

/// <summary>A row of <c>video_scenarios</c>, as it is read.</summary>
internal sealed record StoredScenarioRow
{
    public string? Id { get; init; }
    public string? ShortId { get; init; }
    public string? UserId { get; init; }
    public string? Title { get; init; }
    public string? Description { get; init; }
    public string? Script { get; init; }
    public int? SceneCount { get; init; }
    public double? EstimatedDuration { get; init; }
    public JsonObject? Metadata { get; init; }
    public string? TaskId { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How many scenes show an image. Only set in lists.</summary>
    public int Images { get; init; }

    /// <exception cref="StorageException">The row has a value that the service does not know; another program wrote it.</exception>
    public ScenarioRow ToRow() => new()
    {
        Id = StoredRow.ReadId(Id),
        ShortId = ShortId ?? "",
        UserId = UserId ?? "",
        SceneCount = SceneCount ?? 0,
        TaskId = TaskId,
        Details = new ScenarioDetails
        {
            Title = Title ?? "",
            Description = Description ?? "",
            Script = Script ?? "",
            EstimatedDuration = EstimatedDuration ?? 0,
            Metadata = Metadata ?? [],
        },
    };
}

/// <summary>The answer of <c>read_scenario</c>.</summary>
internal sealed record WholeScenario(
    StoredScenarioRow? Scenario, IReadOnlyList<StoredRow> Scenes, IReadOnlyList<StoredRow> Images);

/// <summary>The answer of <c>list_scenarios</c>.</summary>
internal sealed record ScenarioList(IReadOnlyList<StoredScenarioRow> Listed);

/// <summary>The package's serializer is not used, as it changes texts that look like dates.</summary>
[JsonSourceGenerationOptions(
    MaxDepth = CoreJson.MaxDepth,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WholeScenario))]
[JsonSerializable(typeof(ScenarioList))]
[JsonSerializable(typeof(IReadOnlyList<StoredRow>))]
[JsonSerializable(typeof(IReadOnlyList<StoredScenarioRow>))]
[JsonSerializable(typeof(string))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    /// <exception cref="StorageException">The answer cannot be read.</exception>
    public static T Read<T>(string? answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer ?? "", type)
                ?? throw new StorageException("Supabase answered null.", isTransient: false);
        }
        catch (JsonException exception)
        {
            throw new StorageException($"Supabase's answer cannot be read: {exception.Message}", isTransient: false, exception);
        }
    }

    public static JToken Write<T>(T value, JsonTypeInfo<T> type) => new JRaw(JsonSerializer.Serialize(value, type));
}
