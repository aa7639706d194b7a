using System.Text.RegularExpressions;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Tests.Infrastructure;
using ServiceModel = ScenarioFunctions.Core.Runway.ImageModel;

namespace ScenarioFunctions.Tests.Emulator;

/// <summary>
/// The emulator and the service state RunwayML's rules apart. What the service may ask for must be allowed; and what the
/// emulator allows is what RunwayML's SDK states.
/// </summary>
public sealed partial class ImageModelTests
{
    public static TheoryData<string> Models => [.. ServiceModel.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_emulator_allows_what_the_service_may_ask_of_a_model(string name)
    {
        var service = ServiceModel.Named(name);
        var emulated = EmulatedModel.Find(name);

        Assert.NotNull(emulated);
        Assert.Equal(emulated.PromptLimit, service.PromptLimit);
        Assert.Equal(emulated.MinReferences > 0, service.NeedsReference);
        Assert.Equal(emulated.MaxReferences, service.MaxReferences);
        Assert.Equal(emulated.ReferenceFields.ContainsKey("tag"), service.TakesTags);
        Assert.Equal(emulated.ReferenceFields.ContainsKey("subject"), service.TakesSubject);
        Assert.NotEmpty(service.Ratios);
        Assert.Subset(emulated.Ratios.ToHashSet(), service.Ratios.Select(size => size.ToString()).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void An_image_costs_at_the_emulator_what_the_service_says(string name)
    {
        var (model, emulated) = (ServiceModel.Named(name), EmulatedModel.Find(name)!);
        Assert.All(model.Ratios.Where(_ => model.Price is not null), size => Assert.Equal(
            emulated.Cost(new ImageOrder(emulated, "A lake", size.Width, size.Height, null, null, References: 0)), model.Price!(size)));
    }

    [Fact]
    public async Task Models_fields_and_ratios_are_those_of_RunwayMLs_own_sdk()
    {
        var sdk = await SdkModelsAsync();

        Assert.Equal(sdk.Keys.Order(), ServiceModel.Names.Order());
        Assert.Equal(sdk.Keys.Order(), EmulatedModel.All.Select(model => model.Name).Order());
        Assert.All(EmulatedModel.All, model =>
        {
            var stated = sdk[model.Name];
            Assert.Equal(stated.Fields.Keys.Order(), model.Fields.Keys.Order());
            Assert.Equal(stated.Fields["ratio"].Order(), model.Ratios.Order());
            Assert.Equal(
                stated.Fields["ratio"].Where(ratio => ratio.Contains(':')).Order(),
                ServiceModel.Named(model.Name).Ratios.Select(size => size.ToString()).Order());
            Assert.All(model.Fields, field => Assert.Equal(
                field.Value.Order(),
                field.Key is "model" or "ratio" ? [] : stated.Fields[field.Key].Order()));
            Assert.Equal(stated.ReferenceFields.Keys.Order(), model.ReferenceFields.Keys.Order());
        });
    }

    private static async Task<Dictionary<string, SdkModel>> SdkModelsAsync()
    {
        var folder = await NpmFolder.InstalledAsync("runway-sdk");
        var types = await File.ReadAllTextAsync(
            Path.Combine(folder, "node_modules", "@runwayml", "sdk", "resources", "text-to-image.d.ts"),
            TestContext.Current.CancellationToken);
        var bodies = Interface().Matches(Comment().Replace(types, "").Replace("(string & {})", "string", StringComparison.Ordinal))
            .Select(match => Field().Matches(match.Groups["body"].Value).ToDictionary(
                field => field.Groups["name"].Value,
                field => Literal().Matches(field.Groups["type"].Value).Select(literal => literal.Groups[1].Value).ToArray()))
            .ToList();

        // Each model's interface is followed by those that it refers to.
        var models = new Dictionary<string, SdkModel>();
        foreach (var body in bodies.Where(body => body.ContainsKey("model")))
        {
            var references = bodies.Skip(bodies.IndexOf(body) + 1).First(inner => inner.ContainsKey("uri"));
            models.Add(body["model"].Single(), new SdkModel(body, references));
        }

        return models;
    }

    /// <summary>Fields, each with the values that it may have when they are stated one by one.</summary>
    private sealed record SdkModel(Dictionary<string, string[]> Fields, Dictionary<string, string[]> ReferenceFields);

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"interface \w+ \{(?<body>[^{}]*)\}")]
    private static partial Regex Interface();

    [GeneratedRegex(@"(?<name>\w+)\??: (?<type>[^;]*);")]
    private static partial Regex Field();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Literal();
}
