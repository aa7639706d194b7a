using System.Text.Json.Serialization;

namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>How the commands read and write the API's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StartedTask))]
[JsonSerializable(typeof(SaveTask))]
[JsonSerializable(typeof(UserCredits))]
[JsonSerializable(typeof(CreditGrant))]
[JsonSerializable(typeof(ApiProblem))]
internal sealed partial class CliJson : JsonSerializerContext;
