using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Api;

/// <summary>Checks the body of <c>POST /scenarios/{scenario_id}/images</c>. Unknown fields are ignored.</summary>
internal static class ImagesRequest
{
    private const string Missing = "missing";

    private static readonly string Rule = $"must be \"{Missing}\", or a list of 1 to {ScenarioParser.MaxScenes} scenes";

    /// <param name="body">As posted.</param>
    /// <param name="scenario">Whose scenes it speaks of.</param>
    /// <param name="faults">Receives what is wrong with the body.</param>
    /// <returns>The images to make, by scene; empty when none is missing.</returns>
    public static IReadOnlyList<WantedImage> Parse(JsonElement body, StoredScenario scenario, JsonFaults faults)
    {
        JsonRules.Check(body, JsonPath.Root, faults);
        if (JsonFields.Of(body, JsonPath.Root, faults) is not { } fields)
        {
            return [];
        }

        var images = scenario.Images.ToLookup(image => image.SceneId);
        var path = JsonPath.Root.Property("scenes");
        var scenes = fields.Any("scenes");
        if (scenes is { ValueKind: JsonValueKind.String } text && JsonRules.TextOf(text) == Missing)
        {
            return [.. scenario.Scenes.Select(scene => MissingOf(scenario, scene, [.. images[scene.Id]])).OfType<WantedImage>()];
        }

        if (scenes is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > ScenarioParser.MaxScenes)
        {
            faults.Add(path, scenes is null ? $"is required: it {Rule}" : Rule);
            return [];
        }

        var wanted = new List<WantedImage>();
        foreach (var (value, inner) in fields.Array("scenes"))
        {
            if (ChosenOf(value, inner, scenario, images, faults) is not { } chosen)
            {
                continue;
            }

            if (wanted.Exists(other => other.Scene == chosen.Scene))
            {
                faults.Add(inner.Property("scene_number"), "must not be named twice");
            }

            wanted.Add(chosen);
        }

        return [.. wanted.OrderBy(one => one.Scene.Scene.SceneNumber)];
    }

    /// <summary>The last prompt that was asked for, even if its image was not made.</summary>
    private static WantedImage? MissingOf(StoredScenario scenario, SceneRow scene, IReadOnlyList<SceneImage> images)
    {
        var last = images.Count > 0 ? images[^1] : null;
        var prompt = last?.ImagePrompt ?? scene.Scene.ImagePrompt;
        return ShownImages.HasImage(scene) || string.IsNullOrWhiteSpace(prompt) || scene.State.Reason == SceneReason.FirstScene
            ? null
            : new WantedImage(
                scene, prompt, last is null ? scene.Scene.ProductReferenceImageUrl : last.ProductReferenceImageUrl, null,
                last?.State.Seed, SizeOf(scenario, scene));
    }

    private static WantedImage? ChosenOf(
        JsonElement value, JsonPath path, StoredScenario scenario, ILookup<Guid, SceneImage> images, JsonFaults faults)
    {
        if (JsonFields.Of(value, path, faults) is not { } fields)
        {
            return null;
        }

        var number = fields.WholeNumber("scene_number", 1, ScenarioParser.MaxScenes);
        if (fields.Any("scene_number") is null)
        {
            faults.Add(path.Property("scene_number"), "is required");
        }

        var (prompt, model, size) = (fields.Text("image_prompt"), ReadModel(fields, path, faults), ReadRatio(fields, path, faults));
        var (reference, seed) = (fields.Text("product_reference_image_url"), fields.WholeNumber("seed", 0, SharedLook.MaxSeed));
        var scene = scenario.Scenes.FirstOrDefault(one => one.Scene.SceneNumber == number);
        if (scene is null)
        {
            if (number is not null)
            {
                faults.Add(path.Property("scene_number"), "is not a scene number of this scenario");
            }

            return null;
        }

        var shown = ShownImages.Shown(scene, [.. images[scene.Id]]);
        prompt ??= shown?.ImagePrompt is { Length: > 0 } last ? last : scene.Scene.ImagePrompt;
        if (string.IsNullOrWhiteSpace(prompt))
        {
            faults.Add(path.Property("image_prompt"), "is required: the scene has none");
        }

        return new WantedImage(
            scene, prompt, reference ?? shown?.ProductReferenceImageUrl ?? scene.Scene.ProductReferenceImageUrl, model, seed,
            size ?? SizeOf(scenario, scene));
    }

    private static string? ReadModel(JsonFields fields, JsonPath path, JsonFaults faults)
    {
        var model = fields.Text("model");
        if (model is not null && !ImageModel.Names.Contains(model))
        {
            faults.Add(path.Property("model"), $"must be one of {string.Join(", ", ImageModel.Names)}");
        }

        return model;
    }

    private static string? ReadRatio(JsonFields fields, JsonPath path, JsonFaults faults)
    {
        var ratio = fields.Text("ratio");
        if (ratio is not null && (string.IsNullOrWhiteSpace(ratio) || ResolutionText.Read(ratio).Doubt is not null))
        {
            faults.Add(path.Property("ratio"), "must be a size or a ratio, such as 1080:1920 or 16:9");
        }

        return ratio;
    }

    /// <summary>As the scene was posted with, else as the scenario was.</summary>
    private static string? SizeOf(StoredScenario scenario, SceneRow scene)
    {
        var metadata = scenario.Row.Details.Metadata;
        var own = (metadata["scene_fields"] as JsonObject)?[$"{scene.Scene.SceneNumber}"] as JsonObject;
        return (own is null ? null : PostedSize.In(own)) ?? PostedSize.In(metadata);
    }
}

/// <summary>An image that is to be made again.</summary>
/// <param name="Scene">Of which scene.</param>
/// <param name="Prompt">What it shows.</param>
/// <param name="Reference">The product's reference image, as posted.</param>
/// <param name="Model">Null leaves that to the settings.</param>
/// <param name="Seed">Null leaves that to RunwayML.</param>
/// <param name="Size">As posted: see <see cref="ResolutionText"/>.</param>
internal sealed record WantedImage(
    SceneRow Scene, string Prompt, string? Reference, string? Model, long? Seed, string? Size);
