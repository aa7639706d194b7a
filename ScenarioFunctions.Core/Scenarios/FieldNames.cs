using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>
/// Fields whose content would be lost under another name. If such a field is missing and a similar name is there, the fault
/// says so; the service never guesses what a field means.
/// </summary>
internal sealed class FieldNames
{
    public static readonly FieldNames Request = new("a request", new()
    {
        ["short_id"] = [],
        ["user_id"] = [],
        ["scenario"] = ["scenario_json", "scenario_data"],
        ["callback_url"] = ["callback", "webhook_url", "webhook"],
    });

    public static readonly FieldNames Scenario = new("a scenario", new()
    {
        ["title"] = ["video_title", "scenario_title", "scenario_name", "name", "headline"],
        ["scenes"] = ["scene", "shots", "clips", "segments", "frames", "shot_list", "scene_list", "video_scenes", "storyboard"],
        ["description"] = ["desc", "video_description"],
        ["audio_script"] = ["audio"],
        ["total_duration"] = ["total_duration_seconds", "video_duration"],
        ["detected_demographics"] = [],
        [SharedLook.ReferencesField] = [],
        [SharedLook.SeedField] = [],
        [SharedLook.StyleField] = [],
    });

    public static readonly FieldNames Scene = new("a scene", new()
    {
        ["image_prompt"] = ["prompt", "img_prompt", "picture_prompt", "photo_prompt", "image_generation_prompt", "image_gen_prompt",
            "text_to_image_prompt", "image_description"],
        ["visual_prompt"] = ["video_prompt", "motion_prompt", "animation_prompt"],
        ["description"] = ["desc", "scene_description"],
        ["duration"] = ["duration_seconds", "duration_in_seconds", "duration_sec", "duration_s", "scene_duration", "seconds"],
        ["product_reference_image_url"] =
            ["product_reference_image", "product_image_url", "product_image", "reference_image_url", "reference_image"],
        ["image_reasoning"] = ["reasoning"],
        ["generated_image_url"] = [],
    });

    private readonly string kind;
    private readonly Dictionary<string, string> namesByOther = [];
    private readonly (string Name, string Plain)[] names;

    private FieldNames(string kind, Dictionary<string, string[]> others)
    {
        this.kind = kind;
        names = [.. others.Keys.Select(name => (name, Plain(name)))];
        foreach (var (name, synonyms) in others)
        {
            foreach (var other in synonyms.Append(name))
            {
                namesByOther[Plain(other)] = name;
            }
        }
    }

    /// <summary>Adds a fault for each field that looks like a misspelled missing one.</summary>
    public void Check(JsonFields fields, JsonPath path, JsonFaults faults)
    {
        foreach (var (other, value) in fields.Unknown())
        {
            if (value.ValueKind != System.Text.Json.JsonValueKind.Null && Meant(other, fields) is { } name)
            {
                faults.Add(path.Property(other), $"is not a field of {kind}: did you mean `{name}`?");
            }
        }
    }

    /// <summary>The missing field whose name this is, or nearly is; null when there is none.</summary>
    private string? Meant(string other, JsonFields fields)
    {
        bool IsMissing(string name) => fields.Peek(name) is null;
        var plain = Plain(other);
        return namesByOther.TryGetValue(plain, out var name)
            ? IsMissing(name) ? name : null
            : names.FirstOrDefault(known => IsMissing(known.Name) && Spelling.IsSlip(plain, known.Plain)).Name;
    }

    /// <summary>Makes <c>imagePrompt</c>, <c>Image Prompt</c> and <c>image-prompt</c> equal.</summary>
    public static string Plain(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
