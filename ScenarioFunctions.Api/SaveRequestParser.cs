using System.Text;
using System.Text.Json;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Api;

/// <summary>Checks the body of <c>POST /scenario/save</c>. Fields that we do not know are left alone.</summary>
internal static class SaveRequestParser
{
    /// <returns>The request, or null when <paramref name="faults"/> holds what is wrong.</returns>
    public static SaveRequest? Parse(JsonElement body, JsonFaults faults)
    {
        JsonRules.Check(body, JsonPath.Root, faults);
        if (JsonFields.Of(body, JsonPath.Root, faults) is not { } fields)
        {
            return null;
        }

        var shortId = ParseId(fields, "short_id", faults);
        var userId = ParseId(fields, "user_id", faults);
        var path = JsonPath.Root.Property("scenario");
        if (PostedScenario(fields, path, faults) is not { } posted
            || ScenarioParser.Parse(posted, path, faults) is not { } scenario)
        {
            return null;
        }

        return new SaveRequest(shortId, userId, scenario, RequestHash.Of(shortId, userId, posted));
    }

    private static string ParseId(JsonFields fields, string name, JsonFaults faults)
    {
        var missing = fields.Any(name) is null;
        var id = missing ? fields.RequiredText(name) : fields.Text(name);
        if (!missing && id is not null && !Identifiers.IsId(id))
        {
            faults.Add(JsonPath.Root.Property(name), Identifiers.Rule);
        }

        return id ?? "";
    }

    /// <summary>The scenario itself, or what the string holds that was posted in its place.</summary>
    private static JsonElement? PostedScenario(JsonFields fields, JsonPath path, JsonFaults faults)
    {
        if (fields.Any("scenario") is not { } posted)
        {
            faults.Add(path, "is required: an object, or a string that holds one as JSON");
            return null;
        }

        if (posted.ValueKind != JsonValueKind.String)
        {
            return posted;
        }

        var text = JsonRules.TextOf(posted);
        var parsed = text is null
            ? null
            : JsonBody.Parse(Encoding.UTF8.GetBytes(text), path, faults);
        if (parsed is { } inner)
        {
            JsonRules.Check(inner, path, faults);
        }

        return parsed;
    }
}
