using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What a scenario asks for in all its images, on either engine.</summary>
public abstract class LookScenarios(EngineHost host) : EngineScenarios(host)
{
    private const string Look = """
        {"reference_images":[{"uri":"runway://hero","tag":"hero"}],"seed":7,"style_reference":"first_scene"}
        """;

    [Fact]
    public async Task Every_image_is_ordered_with_it_and_an_image_made_anew_too()
    {
        var orders = new List<ImageRequest>();
        Backend.Ordered = orders.Add;
        await RunAsync(Input(Look));
        await Host.RedoAsync((1, "Scene 1 anew"), (2, "Scene 2 anew"));
        await Host.RedoAsync([(3, "Scene 3 anew")], model: null, seed: 8, size: "9:16", taskId: "33333333-2222-4333-8444-555555555555");

        Assert.Equal(
            ["Scene 2. The style is that of @first_scene.", "Scene 3. The style is that of @first_scene.", "Scene 1 anew",
                "Scene 2 anew. The style is that of @first_scene.", "Scene 3 anew. The style is that of @first_scene."],
            orders.Select(order => order.PromptText));
        Assert.Equal([7L, 7, 7, 7, 8], orders.Select(order => order.Seed));
        Assert.Equal([.. Both("https://cdn.test/1.png")], orders[1].ReferenceImages);
        Assert.Equal([new("runway://hero", "hero")], orders[2].ReferenceImages);
        Assert.Equal([.. Both("https://store.test/generated-content/scenes/scene_generation-1-1.png")], orders[3].ReferenceImages);
        Assert.Equal("The style reference was left out: it is for the scenes after the first.", Backend.StateOf(EngineHost.RedoId, 1).Note);
        Assert.Null(Backend.StateOf(EngineHost.RedoId, 2).Note);
    }

    [Fact]
    public async Task What_the_model_does_not_take_is_in_the_scenes_note_and_the_image_is_made()
    {
        await RunAsync(Input("""{"reference_images":[{"uri":"runway://hero","tag":"@x"},{"uri":"ftp://x.test"}],"style_reference":"first_scene"}""", image: null));

        Assert.Equal(
            """
            The tag "x" of reference image 1 was left out: a tag has 3 to 16 letters, digits and underscores, and starts with a letter. Reference image 2 was left out: RunwayML only accepts https URLs without a port or a user name. The style reference was left out: the first scene has no image.
            """,
            Backend.StateOf(EngineHost.TaskId, 2).Note);
        Assert.Equal(2, Backend.Charges.Count);
    }

    [Theory]
    [InlineData(null, "RunwayML cannot fetch it from this host")]
    [InlineData("https://films.test", null)]
    public async Task An_image_on_this_host_is_a_style_reference_if_the_host_has_a_public_address(string? address, string? leftOut)
    {
        Host.Service = new ServiceSettings { PublicBaseUrl = address is null ? null : new Uri(address) };
        Backend.Crash();
        await Host.RestartAsync();
        ImageRequest? ordered = null;
        Backend.Ordered = request => ordered = request;

        await RunAsync(Input("""{"style_reference":"first_scene"}""", "/images/1.png"));

        Assert.Equal(leftOut is null ? ["https://films.test/images/1.png"] : [], ordered!.ReferenceImages.Select(image => image.Uri));
        Assert.Equal(leftOut is null ? null : $"The style reference was left out: {leftOut}.", Backend.StateOf(EngineHost.TaskId, 2).Note);
    }

    [Fact]
    public async Task A_task_of_a_version_that_knew_no_look_goes_on_without_one()
    {
        var orders = new List<ImageRequest>();
        Backend.Ordered = orders.Add;
        await RunAsync(Input(Look) with { HasLook = null });

        Assert.Equal(["Scene 2 - 0", "Scene 3 - 0"], orders.Select(order => $"{order.PromptText} -{order.Seed} {order.ReferenceImages.Count}"));
        Assert.DoesNotContain("find_look", Backend.Acts);
    }

    private static IEnumerable<ImageReference> Both(string image) => [new("runway://hero", "hero"), new(image, "first_scene")];

    private static SaveScenarioInput Input(string metadata, string? image = "https://cdn.test/1.png")
    {
        var input = EngineHost.Input(scenes: 3, parallel: 1);
        var scenes = input.Scenario.Scenes;
        var details = input.Scenario.Details with { Metadata = JsonNode.Parse(metadata)!.AsObject() };
        return input with { HasLook = true, Scenario = new Scenario(details, [scenes[0] with { ImageUrl = image }, .. scenes.Skip(1)]) };
    }

    private async Task RunAsync(SaveScenarioInput input)
    {
        await Host.Engine.StartAsync(EngineHost.TaskId, input, Stop);
        Assert.Equal(TaskState.Completed, (await Host.EndAsync()).State);
    }
}

public sealed class EmbeddedLookScenarios() : LookScenarios(new EmbeddedEngineHost());

public sealed class DurableLookScenarios() : LookScenarios(new DurableEngineHost());
