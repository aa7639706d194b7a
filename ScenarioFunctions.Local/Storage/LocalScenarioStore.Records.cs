using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Rows as they are read: the columns, by name.</summary>
internal sealed partial class LocalScenarioStore
{
    private sealed class ScenarioRecord
    {
        public Guid Id { get; init; }
        public string ShortId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string Title { get; init; } = "";
        public string Description { get; init; } = "";
        public string Script { get; init; } = "";
        public int SceneCount { get; init; }
        public double EstimatedDuration { get; init; }
        public string Metadata { get; init; } = "{}";
        public string? TaskId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public int Images { get; init; }

        public ScenarioRow ToRow() => new()
        {
            Id = Id,
            ShortId = ShortId,
            UserId = UserId,
            SceneCount = SceneCount,
            TaskId = TaskId,
            Details = new ScenarioDetails
            {
                Title = Title,
                Description = Description,
                Script = Script,
                EstimatedDuration = EstimatedDuration,
                Metadata = JsonNode.Parse(Metadata, documentOptions: new() { MaxDepth = CoreJson.MaxDepth })!.AsObject(),
            },
        };
    }

    /// <summary>The columns that both tables of images have.</summary>
    private abstract class StateRecord
    {
        public Guid Id { get; init; }
        public string ImagePrompt { get; init; } = "";
        public string? ProductReferenceImageUrl { get; init; }
        public int Version { get; init; } = 1;
        public string Status { get; init; } = "";
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

        protected SceneState ToState() => new()
        {
            Status = EnumNames.Parse<SceneStatus>(Status),
            Reason = FailureReason is { } reason ? EnumNames.Parse<SceneReason>(reason) : null,
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
    }

    private sealed class SceneRecord : StateRecord
    {
        public Guid ScenarioId { get; init; }
        public int SceneNumber { get; init; }
        public string Description { get; init; } = "";
        public double Duration { get; init; }
        public string VisualPrompt { get; init; } = "";
        public string? ImageReasoning { get; init; }
        public Guid? ImageOf { get; init; }
        public string? Model { get; init; }
        public long? Seed { get; init; }

        public SceneRow ToRow() => new(
            Id,
            ScenarioId,
            new Scene
            {
                SceneNumber = SceneNumber,
                Description = Description,
                Duration = Duration,
                ImagePrompt = ImagePrompt,
                VisualPrompt = VisualPrompt,
                ProductReferenceImageUrl = ProductReferenceImageUrl,
                ImageReasoning = ImageReasoning,
                Model = Model,
                Seed = Seed,
            },
            ToState())
        {
            ImageOf = ImageOf,
            Version = Version,
            EndedAt = EndedAt,
        };
    }

    private sealed class SceneImageRecord : StateRecord
    {
        public Guid SceneId { get; init; }
        public string? TaskId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public SceneImage ToImage() => new()
        {
            Id = Id,
            SceneId = SceneId,
            Version = Version,
            TaskId = TaskId,
            ImagePrompt = ImagePrompt,
            ProductReferenceImageUrl = ProductReferenceImageUrl,
            State = ToState(),
            CreatedAt = CreatedAt,
            EndedAt = EndedAt,
        };
    }
}
