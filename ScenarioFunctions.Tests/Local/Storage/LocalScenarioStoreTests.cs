using Dapper;
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

    protected override Task PassTimeAsync()
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_scenario_is_one_row_with_the_columns_of_the_design()
    {
        var saved = await SaveScenarioAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Store.SaveScenarioAsync(saved with { ShortId = "again" }, Stop);

        var row = temporary.Database.Read(connection => connection.QuerySingle<string>(
            """
            SELECT concat_ws('|', id, short_id, user_id, title, description, script, scene_count, estimated_duration,
                   json_extract(metadata, '$.hashtags[1]'), created_at)
            FROM video_scenarios
            """));

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

        var (created, updated) = temporary.Database.Read(connection =>
            connection.QuerySingle<(DateTimeOffset, DateTimeOffset)>("SELECT created_at, updated_at FROM video_scenes"));

        Assert.Equal(TimeSpan.FromSeconds(90), updated - created);
        Assert.Equal(updated, (await Store.FindSceneAsync(scene.Id, Stop))!.EndedAt);
    }
}
