using System.Text.Json.Nodes;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Hosting;

/// <summary>What the Functions host reads from <c>host.json</c>.</summary>
public sealed class HostFileTests
{
    private static readonly JsonNode Settings = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json")))!;

    /// <summary>The host takes 1 to 60 minutes and does not start with less; more than the 5 of its default is no help.</summary>
    [Theory]
    [InlineData("controlQueueVisibilityTimeout")]
    [InlineData("workItemQueueVisibilityTimeout")]
    public void Work_of_a_killed_host_is_taken_over_as_soon_as_is_allowed(string name)
    {
        var timeout = TimeSpan.Parse((string)Settings["extensions"]!["durableTask"]!["storageProvider"]![name]!);

        Assert.InRange(timeout, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void One_instance_follows_500_images() =>
        Assert.Equal(500, (int)Settings["extensions"]!["durableTask"]!["maxConcurrentActivityFunctions"]!);

    [Fact]
    public void The_lines_of_each_look_into_the_task_hub_are_not_logged()
    {
        Assert.Equal("Warning", (string?)Settings["logging"]!["logLevel"]!["Host.Triggers.DurableTask"]);
    }
}
