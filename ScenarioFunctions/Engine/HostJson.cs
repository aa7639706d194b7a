using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ScenarioFunctions.Core;

namespace ScenarioFunctions.Engine;

/// <summary>
/// The worker's one serializer, which Durable Task uses as well: what <see cref="CoreJson"/> writes, and by
/// reflection the few types that only this host has.
/// </summary>
internal static class HostJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = CoreJson.Default.Options.PropertyNamingPolicy;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(CoreJson.Default, new DefaultJsonTypeInfoResolver());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        return options;
    }
}
