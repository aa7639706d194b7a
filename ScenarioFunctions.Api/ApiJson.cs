using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Api.Resources;

namespace ScenarioFunctions.Api;

/// <summary>The JSON of the API: source-generated, snake_case, every field there, null where unset.</summary>
[JsonSerializable(typeof(AcceptedResource))]
[JsonSerializable(typeof(TaskResource))]
[JsonSerializable(typeof(TaskListResource))]
[JsonSerializable(typeof(CancelledResource))]
[JsonSerializable(typeof(CreditsResource))]
[JsonSerializable(typeof(HealthResource))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>
    /// Leaves umlauts and emoji readable. Safe, as the answers say that they are JSON and forbid a browser
    /// to think otherwise.
    /// </summary>
    public static ApiJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
