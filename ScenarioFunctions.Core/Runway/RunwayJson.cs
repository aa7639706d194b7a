using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML's JSON: camelCase; unknown fields are left alone.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TextToImageBody))]
[JsonSerializable(typeof(CreatedTask))]
[JsonSerializable(typeof(RunwayTask))]
internal sealed partial class RunwayJson : JsonSerializerContext;
