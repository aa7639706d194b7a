using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScenarioFunctions.Emulator;

/// <summary>Answers as RunwayML writes them: camelCase, nothing null but where its limits say so.</summary>
internal static class RunwayAnswer
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static IResult Of<T>(T answer) => Results.Json(answer, Json);

    public static IResult Refuse(int status, string error, IReadOnlyList<RunwayIssue>? issues = null) =>
        Results.Json(new RunwayError(error, issues), Json, statusCode: status);
}
