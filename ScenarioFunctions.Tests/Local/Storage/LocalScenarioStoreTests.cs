using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalScenarioStoreTests : ScenarioStoreContract, IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    protected override IScenarioStore Store => new LocalScenarioStore(temporary.Database, clock);

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task A_scenario_is_one_row_with_the_columns_of_the_design()
    {
        var saved = await SaveScenarioAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Store.SaveScenarioAsync(saved with { ShortId = "again" }, Stop);

        var row = temporary.Database.Read(session =>
        {
            using var rows = session.Query(
                """
                SELECT id, short_id, user_id, title, description, script, scene_count, estimated_duration,
                       json_extract(metadata, '$.hashtags[1]'), created_at
                FROM video_scenarios
                """);
            Assert.True(rows.Read());
            return string.Join('|', rows.Guid(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4), rows.Text(5),
                rows.Int(6), rows.Double(7).ToString(CultureInfo.InvariantCulture), rows.Text(8), rows.Text(9));
        });

        Assert.Equal(
            $"{saved.Id}|again|user-1|Café 🎬|d|hook\nmain\ncta|2|12.5|#ż|2026-07-01T12:00:00.0000000Z", row);
    }

    [Fact]
    public async Task A_scene_tells_when_it_was_made_and_when_it_changed()
    {
        var scenario = await SaveScenarioAsync();
        var scene = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([scene], Stop);
        clock.Advance(TimeSpan.FromSeconds(90));
        await Store.UpdateSceneAsync(scene.Id, Finished(), Stop);

        var times = temporary.Database.Read(session =>
        {
            using var rows = session.Query("SELECT created_at, updated_at FROM video_scenes");
            Assert.True(rows.Read());
            return rows.Time(1) - rows.Time(0);
        });

        Assert.Equal(TimeSpan.FromSeconds(90), times);
    }
}
