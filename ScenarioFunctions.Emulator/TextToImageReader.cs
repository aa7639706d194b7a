using System.Text.Json;

namespace ScenarioFunctions.Emulator;

/// <summary>A valid order of an image. No seed counts as seed 0.</summary>
internal sealed record ImageOrder(
    EmulatedModel Model, string PromptText, int Width, int Height, long? Seed, string? Quality, int References)
{
    public int ShortSide => Math.Min(Width, Height);

    public bool Is4K => (long)Width * Height > 8_000_000;
}

/// <summary>Reads the body of <c>POST /v1/text_to_image</c> and collects all its faults.</summary>
internal sealed class TextToImageReader
{
    private static readonly string[] Thresholds = ["auto", "low"];
    private static readonly string[] Flags = ["grounding", "edit"];

    private readonly JsonElement body;
    private readonly List<RunwayIssue> issues = [];

    private TextToImageReader(JsonElement body) => this.body = body;

    /// <returns>The order; or the faults, if there are any. For an unknown model that is the only fault.</returns>
    /// <exception cref="InvalidOperationException">A string is not valid Unicode.</exception>
    public static (ImageOrder? Order, IReadOnlyList<RunwayIssue> Issues) Read(JsonElement body)
    {
        var reader = new TextToImageReader(body);
        var order = reader.Order();
        return (reader.issues.Count == 0 ? order : null, reader.issues);
    }

    private ImageOrder? Order()
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            issues.Add(RunwayIssue.WrongType("object", body));
            return null;
        }

        if (EmulatedModel.Find(Text("model")) is not { } model)
        {
            issues.Add(RunwayIssue.UnknownModel());
            return null;
        }

        var prompt = Text("promptText");
        issues.AddRange(RunwayIssue.OutOfRange("string", prompt?.Length, 1, model.PromptLimit, "promptText"));
        var size = Size(model);
        var seed = Seed(model);
        issues.AddRange(ReferenceImageRules.Check(body, model));
        CheckModeration();
        CheckOutputCount();
        CheckFlags(model);
        issues.AddRange(RunwayIssue.OfFields(body, model.Fields));
        return new ImageOrder(
            model, prompt ?? "", size.Width, size.Height, seed,
            issues.Count == 0 && body.TryGetProperty("quality", out var quality) ? quality.GetString() : null,
            body.TryGetProperty("referenceImages", out var images) && images.ValueKind == JsonValueKind.Array ? images.GetArrayLength() : 0);
    }

    private (int Width, int Height) Size(EmulatedModel model)
    {
        var ratio = Text("ratio");
        if (ratio is not null && !model.Makes(ratio))
        {
            issues.Add(RunwayIssue.NotOneOf(model.Ratios, "ratio"));
            ratio = null;
        }

        return ratio is null ? default : EmulatedModel.SizeOf(ratio);
    }

    private long? Seed(EmulatedModel model)
    {
        if (!model.Fields.ContainsKey("seed") || !body.TryGetProperty("seed", out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seed))
        {
            issues.Add(RunwayIssue.WrongType("int", value, "seed"));
            return null;
        }

        issues.AddRange(RunwayIssue.OutOfRange("number", seed, 0, uint.MaxValue, "seed"));
        return seed;
    }

    private void CheckModeration()
    {
        const string name = "contentModeration", threshold = "publicFigureThreshold";
        if (!body.TryGetProperty(name, out var moderation))
        {
            return;
        }

        if (moderation.ValueKind != JsonValueKind.Object)
        {
            issues.Add(RunwayIssue.WrongType("object", moderation, name));
        }
        else if (moderation.TryGetProperty(threshold, out var value)
            && !(value.ValueKind == JsonValueKind.String && Thresholds.Contains(value.GetString())))
        {
            issues.Add(RunwayIssue.NotOneOf(Thresholds, name, threshold));
        }
    }

    private void CheckOutputCount()
    {
        if (body.TryGetProperty("outputCount", out var count) && !(count.ValueKind == JsonValueKind.Number && count.GetDouble() == 1))
        {
            issues.Add(RunwayIssue.Custom("This emulator makes one image per task.", "outputCount"));
        }
    }

    private void CheckFlags(EmulatedModel model)
    {
        foreach (var name in Flags.Where(model.Fields.ContainsKey))
        {
            if (body.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                issues.Add(RunwayIssue.WrongType("boolean", value, name));
            }
        }
    }

    private string? Text(string name)
    {
        if (body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        issues.Add(RunwayIssue.WrongType("string", value, name));
        return null;
    }
}
