using System.Text.Json;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>What RunwayML says is wrong with each field of a request, for the person who posted the scene.</summary>
internal static class RefusedFields
{
    private const int MostTold = 3;
    private const int LongestMessage = 200;

    /// <returns>A sentence per field; null when the answer names no field.</returns>
    public static string? Read(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            var told = answer.RootElement.GetProperty("issues").EnumerateArray()
                .Select(Describe).OfType<string>().Distinct().Take(MostTold).ToList();
            return told.Count > 0 ? string.Join(' ', told) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static string? Describe(JsonElement issue)
    {
        if (issue.GetProperty("path").EnumerateArray().Select(part => part.ToString()).ToList() is not [var field, ..] path)
        {
            return null;
        }

        var name = field switch
        {
            "referenceImages" => "a reference image",
            "promptText" => "the image prompt",
            "ratio" => "the size of the image",
            "model" => "the configured model",
            _ => string.Join('.', path),
        };
        var message = issue.TryGetProperty("message", out var said) ? said.ToString().Trim().TrimEnd('.') : "";
        return message.Length == 0
            ? $"RunwayML rejected {name}."
            : $"RunwayML rejected {name}: {PromptText.Cut(message, LongestMessage)}.";
    }
}
