using System.Text.Json;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary>Checks the body of <c>POST /scenario/save</c>. Unknown fields are ignored.</summary>
internal static class SaveRequest
{
    /// <param name="body">As posted.</param>
    /// <param name="caller">A user's token gives the default of <c>user_id</c>.</param>
    /// <param name="settings">Their values that shape the task become part of its input.</param>
    /// <param name="faults">Receives what is wrong with the body.</param>
    /// <returns>The workflow's input; null when there are faults.</returns>
    public static SaveScenarioInput? Parse(JsonElement body, Caller caller, ServiceSettings settings, JsonFaults faults)
    {
        JsonRules.Check(body, JsonPath.Root, faults);
        if (JsonFields.Of(body, JsonPath.Root, faults) is not { } fields)
        {
            return null;
        }

        var shortId = ParseId(fields, "short_id", faults);
        var userId = caller.UserId is { } own && fields.Any("user_id") is null ? own : ParseId(fields, "user_id", faults);
        var callback = CallbackField.Read(fields, settings, faults);
        var posted = PostedScenario.In(fields, faults);
        FieldNames.Request.Check(fields, JsonPath.Root, faults);
        if (posted is not { } found || ScenarioParser.Parse(found.Value, found.Path, faults) is not { } scenario)
        {
            return null;
        }

        return new SaveScenarioInput
        {
            ShortId = shortId,
            UserId = userId,
            Scenario = scenario,
            HasLook = SharedLook.In(scenario.Details.Metadata, null) is null ? null : true,
            CreditsPerImage = settings.CreditsPerImage,
            MaxParallelImages = settings.MaxParallelImages,
            RequestHash = RequestHash.Of(shortId, userId, found.Value, callback?.Url),
            Callback = callback,
        };
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
}
