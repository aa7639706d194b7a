using System.Diagnostics;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// The span and the metric of one generation, by OpenTelemetry's conventions for generative AI. RunwayML's own calls are children of
/// the span. The prompt is not recorded.
/// </summary>
internal static class GenerationTelemetry
{
    private const string Operation = "generate_content";

    /// <summary>Starts the span of one run of the image step that waits for the generation.</summary>
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
            [.. Tags(runway, model), new("gen_ai.output.type", "image")]);
    }

    /// <param name="span">The span.</param>
    /// <param name="generationId">RunwayML's id of the generation.</param>
    public static void SetGeneration(this Activity? span, string? generationId) => span?.SetTag("gen_ai.response.id", generationId);

    /// <summary>Records a generation that has ended.</summary>
    /// <param name="runway">Where it was made.</param>
    /// <param name="model">The model.</param>
    /// <param name="took">From its turn to be ordered, over all runs of the image step.</param>
    /// <param name="errorType">Why there is no image; null if there is one.</param>
    public static void Ended(RunwaySettings runway, string model, TimeSpan took, string? errorType)
    {
        var tags = new TagList(Tags(runway, model));
        if (errorType is not null)
        {
            tags.Add("error.type", errorType);
        }

        ServiceMetrics.GenerationEnded(took, tags);
    }

    private static KeyValuePair<string, object?>[] Tags(RunwaySettings runway, string model) =>
    [
        new("gen_ai.operation.name", Operation),
        new("gen_ai.provider.name", "runwayml"),
        new("gen_ai.request.model", model),
        new("server.address", runway.BaseUrl.Host),
        new("server.port", runway.BaseUrl.Port),
    ];
}
