using System.Globalization;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Benchmarks.Server;

/// <summary>The body of a post: about 3 KB with five scenes.</summary>
internal static class ScenarioBody
{
    /// <param name="images">The number of images; one more scene is posted.</param>
    /// <param name="imageSeconds">How long the emulator takes for each image; null means its setting.</param>
    /// <param name="userId">The user who pays.</param>
    public static byte[] Create(int images, double? imageSeconds = null, string userId = "user_789")
    {
        var word = imageSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" emulator:slow={seconds}") : "";
        var scenes = Enumerable.Range(1, images + 1).Select(number => (JsonNode)new JsonObject
        {
            ["scene_id"] = $"scene_{number}",
            ["scene_number"] = number,
            ["description"] = Text(100),
            ["duration"] = 3,
            ["image_prompt"] = $"Scene {number}: {Text(160)}{word}",
            ["visual_prompt"] = Text(100),
        });
        var body = new JsonObject
        {
            ["short_id"] = "short_456",
            ["user_id"] = userId,
            ["scenario"] = new JsonObject
            {
                ["title"] = "Product Showcase Video",
                ["description"] = Text(200),
                ["scenes"] = new JsonArray([.. scenes]),
                ["audio_script"] = new JsonObject { ["hook"] = Text(80), ["main"] = Text(200), ["cta"] = Text(60) },
                ["total_duration"] = 15,
                ["style"] = "modern-minimalist",
                ["mood"] = "professional",
                ["resolution"] = "1080:1920",
            },
        };
        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static string Text(int length) => string.Concat(Enumerable.Repeat("a calm studio shot ", length / 19 + 1))[..length];
}
