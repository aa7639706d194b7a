using ScenarioFunctions.Emulator;
using ScenarioFunctions.Emulator.Pictures;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class IllustratorTests
{
    [Fact]
    public async Task A_picture_drawn_ahead_is_the_one_drawn_when_it_is_asked_for()
    {
        using var illustrator = new Illustrator();
        var generation = Generation(seconds: 2);
        illustrator.Begin(generation);

        var ahead = await illustrator.DrawAsync(generation);
        var again = await illustrator.DrawAsync(generation);

        Assert.NotSame(ahead, again);
        Assert.Equal(ahead, again);
        Assert.Equal(AbstractPicture.Render("A boat", null, 320, 200), ahead);
    }

    [Fact]
    public async Task Every_picture_is_drawn_also_when_too_many_are_ordered_to_draw_all_ahead()
    {
        using var illustrator = new Illustrator();
        var generations = Enumerable.Range(0, 300).Select(i => Generation(seconds: i % 20)).ToArray();
        Array.ForEach(generations, illustrator.Begin);

        var pictures = await Task.WhenAll(generations.Select(illustrator.DrawAsync));

        Assert.Single(pictures.Select(Convert.ToHexString).Distinct());
    }

    private static EmulatedGeneration Generation(int seconds) => new(
        Guid.NewGuid(), "gen4_image", "A boat", 320, 200, null, 5, null, TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch);
}
