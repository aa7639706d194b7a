using EmulatedModel = ScenarioFunctions.Emulator.ImageModel;
using ServiceModel = ScenarioFunctions.Core.Runway.ImageModel;

namespace ScenarioFunctions.Tests.Emulator;

/// <summary>The emulator and the service state RunwayML's rules apart; what the service may ask for must be allowed.</summary>
public sealed class ImageModelTests
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
        Assert.True(emulated.MaxReferences > 0);
        Assert.Subset(emulated.Ratios.ToHashSet(), service.Ratios.Select(size => size.ToString()).ToHashSet());
    }
}
