using System.Diagnostics;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// The span of waiting for one generation, by OpenTelemetry's conventions for generative AI. RunwayML's own calls are its children.
/// The prompt is not recorded.
/// </summary>
internal static class GenerationSpan
{
    private const string Operation = "generate_content";

    public static Activity? Start(RunwaySettings runway, string model)
    {
        if (!ServiceTelemetry.Source.HasListeners())
        {
            return null;
        }

        return ServiceTelemetry.Source.StartActivity(
            $"{Operation} {model}",
            ActivityKind.Client,
            default(ActivityContext),
            [
                new("gen_ai.operation.name", Operation),
                new("gen_ai.provider.name", "runwayml"),
                new("gen_ai.request.model", model),
                new("gen_ai.output.type", "image"),
                new("server.address", runway.BaseUrl.Host),
                new("server.port", runway.BaseUrl.Port),
            ]);
    }

    /// <param name="span">The span.</param>
    /// <param name="generationId">RunwayML's id of the generation.</param>
    public static void SetGeneration(this Activity? span, string? generationId) => span?.SetTag("gen_ai.response.id", generationId);
}
