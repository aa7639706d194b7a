using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary>The field <c>callback_url</c> of a post.</summary>
internal static class CallbackField
{
    public const string Name = "callback_url";

    public const string NoSecret = "This service sends no webhooks: its setting WEBHOOK_SECRET is not set";

    /// <returns>The callback, still without its base URL; null when there is none or, with a fault, when it cannot be used.</returns>
    public static TaskCallback? Read(JsonFields fields, ServiceSettings settings, JsonFaults faults)
    {
        if (fields.Text(Name) is not { Length: > 0 } text)
        {
            return null;
        }

        var path = JsonPath.Root.Property(Name);
        if (settings.WebhookSecret is null)
        {
            faults.Add(path, $"cannot be used. {NoSecret}");
        }

        if (CallbackAddress.FaultOf(text, settings.AllowPrivateCallbacks) is { } fault)
        {
            faults.Add(path, fault);
        }

        return new TaskCallback(text, "");
    }
}
