using System.Text.Json;

namespace ScenarioFunctions.Emulator;

/// <summary>Reads the body of <c>POST /v1/text_to_image</c>, and gathers all that is wrong with it.</summary>
internal sealed class TextToImageReader
{
    private const long MaxSeed = uint.MaxValue;
    private static readonly string[] Thresholds = ["auto", "low"];

    private readonly JsonElement body;
    private readonly List<RunwayIssue> issues = [];

    private TextToImageReader(JsonElement body) => this.body = body;

    /// <returns>The order, or the faults when there are any. A model that is not known hides all other faults.</returns>
    /// <exception cref="InvalidOperationException">A string is no valid Unicode.</exception>
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
            issues.Add(RunwayIssue.WrongType("object", JsonTypes.NameOf(body)));
            return null;
        }

        if (Model() is not { } model)
        {
            return null;
        }

        var prompt = Prompt(model);
        var size = Size(model);
        var seed = Seed();
        issues.AddRange(ReferenceImageRules.Check(body, model));
        CheckModeration();
        CheckOutputCount();
        return new ImageOrder(model, prompt, size.Width, size.Height, seed);
    }

    private ImageModel? Model()
    {
        var name = Text("model");
        var model = ImageModel.Find(name);
        if (model is null)
        {
            issues.Add(RunwayIssue.UnknownModel());
        }

        return model;
    }

    private string Prompt(ImageModel model)
    {
        var prompt = Text("promptText");
        if (prompt?.Length == 0)
        {
            issues.Add(RunwayIssue.TooSmall("string", 1, "promptText"));
        }
        else if (prompt?.Length > model.PromptLimit)
        {
            issues.Add(RunwayIssue.TooBig("string", model.PromptLimit, "promptText"));
        }

        return prompt ?? "";
    }

    private (int Width, int Height) Size(ImageModel model)
    {
        if (Text("ratio") is not { } ratio)
        {
            return default;
        }

        if (!model.Ratios.Contains(ratio))
        {
            issues.Add(RunwayIssue.NotOneOf(model.Ratios, "ratio"));
            return default;
        }

        return ImageModel.SizeOf(ratio);
    }

    private long? Seed()
    {
        if (!body.TryGetProperty("seed", out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seed))
        {
            issues.Add(RunwayIssue.WrongType("int", JsonTypes.NameOf(value), "seed"));
            return null;
        }

        if (seed is < 0 or > MaxSeed)
        {
            issues.Add(seed < 0 ? RunwayIssue.TooSmall("number", 0, "seed") : RunwayIssue.TooBig("number", MaxSeed, "seed"));
        }

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
            issues.Add(RunwayIssue.WrongType("object", JsonTypes.NameOf(moderation), name));
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

    private string? Text(string name)
    {
        if (body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        issues.Add(RunwayIssue.WrongType("string", JsonTypes.NameOf(value), name));
        return null;
    }
}
