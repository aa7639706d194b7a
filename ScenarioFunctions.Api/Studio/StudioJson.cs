using System.Text.Json.Serialization;

namespace ScenarioFunctions.Api.Studio;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IEnumerable<SampleEntry>))]
internal sealed partial class StudioJson : JsonSerializerContext;
