using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The tables of the service before this one, as its later steps read them.</summary>
public sealed class OriginalColumnTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const string User = "11111111-1111-1111-1111-111111111111";
    private const string Short = "22222222-2222-2222-2222-222222222222";

    private const string Tables = $$"""
        create schema if not exists auth; create table auth.users (id uuid primary key);
        create table shorts (id uuid primary key, user_id uuid references auth.users (id));
        create table video_scenarios (
          id uuid default gen_random_uuid() primary key, short_id uuid not null references shorts (id) on delete cascade,
          title text not null, description text, style text, mood varchar(20), total_duration integer, audio_script jsonb,
          resolution text default '720:1280' check (resolution in ('1280:720', '720:1280', '960:960', '1080:1920')), environment text,
          thumbnail_text_overlay_prompt text, created_at timestamptz default now());
        create table video_scenes (
          id uuid default gen_random_uuid() primary key, scenario_id uuid not null references video_scenarios (id) on delete cascade,
          scene_number integer not null, title text not null, description text not null, duration integer not null, visual_prompt text,
          image_url text, generated_video_url text, status text check (status in ('pending', 'processing', 'completed', 'failed')),
          metadata jsonb, image_prompt text, text_overlay_prompt text);
        insert into auth.users values ('{{User}}');
        insert into shorts values ('{{Short}}', '{{User}}');
        """;

    private PostgresDatabase database = null!;
    private SupabaseTest supabase = null!;

    /// <summary>A case of a user: its last two statements are what a save writes.</summary>
    [Fact]
    public async Task Tables_as_a_project_has_them_take_a_save()
    {
        var file = Path.Combine(Repository.Root, "ScenarioFunctions.Tests", "Api", "Dialects", "Cases", "04-original-tables.sql");
        var sql = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var save = sql.IndexOf("insert into video_scenarios(id,short_id,user_id", StringComparison.Ordinal);
        await using var original = await cluster.CreateEmptyAsync();
        await original.ExecuteAsync(sql[..save]);

        await PostgresMigrations.ApplyAsync(original);
        await original.ExecuteAsync(sql[save..]);

        Assert.Equal("d", await original.ScalarAsync<string>("select title from video_scenes where duration = 3.5"));
    }

    [Fact]
    public async Task They_are_filled_with_what_was_posted()
    {
        await SaveAsync("""
            {"title":"T","style":"noir","mood":"calm","total_duration":"24","resolution":"1080x1920","environment":"a kitchen",
             "thumbnail_text_overlay_prompt":"Bold","audio_script":{"hook":"H","main":"M","cta":"C","hashtags":["#a"],"voice":"alto"},
             "scenes":[{"description":"d","text_overlay_prompt":"Fresh"},{"description":"e","title":"Second"}]}
            """);

        Assert.Equal("noir|calm|24|1080:1920|a kitchen|Bold", await ScalarAsync(
            "concat_ws('|', style, mood, total_duration, resolution, environment, thumbnail_text_overlay_prompt) from video_scenarios"));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"hook":"H","main":"M","cta":"C","hashtags":["#a"],"voice":"alto"}"""),
            JsonNode.Parse(await ScalarAsync("audio_script::text from video_scenarios"))));
        Assert.Equal("d: Fresh; Second: -", await ScalarAsync(
            "string_agg(title || ': ' || coalesce(text_overlay_prompt, '-'), '; ' order by scene_number) from video_scenes"));
    }

    [Theory]
    [InlineData(""" "resolution":"16:9" """, "1280:720")]
    [InlineData(""" "resolution":"1,920 × 1,080 px" """, "1280:720")]
    [InlineData(""" "resolution":{"width":1920,"height":1080} """, "1280:720")]
    [InlineData(""" "resolution":"1080p landscape" """, "1280:720")]
    [InlineData(""" "aspect_ratio":"9:16" """, "720:1280")]
    [InlineData(""" "resolution":"1440:1440" """, "960:960")]
    [InlineData(""" "width":1920,"height":1080 """, "1280:720")]
    [InlineData(""" "resolution":"large" """, "720:1280")]
    [InlineData(""" "resolution":"1.2.3:4" """, "720:1280")]
    [InlineData(""" "resolution":["x",{"y":1}] """, "720:1280")]
    public async Task A_resolution_is_one_that_the_table_takes(string said, string expected)
    {
        await SaveAsync($$"""{"title":"T",{{said}},"scenes":[{}]}""");

        Assert.Equal(expected, await ScalarAsync("resolution from video_scenarios"));
    }

    [Theory]
    [InlineData(""" "mood":"far longer than the twenty characters of the column" """)]
    [InlineData(""" "environment":{"lights":["warm"]} """)]
    [InlineData(""" "total_duration":7.5,"audio_script":null """)]
    [InlineData(""" "thumbnail_text_overlay_prompt":12,"id":"no","user_id":"no" """)]
    public async Task What_does_not_fit_refuses_nothing(string said)
    {
        await SaveAsync($$"""{"title":"T",{{said}},"scenes":[{"title":7},{"image_prompt":"p","text_overlay_prompt":["a"],"status":"no"}]}""");

        Assert.Equal("2", await ScalarAsync("count(*)::text from video_scenes where status <> 'no'"));
    }

    public async ValueTask InitializeAsync()
    {
        database = await cluster.CreateEmptyAsync();
        await database.ExecuteAsync(Tables);
        await database.ExecuteAsync("grant usage on schema public to service_role");
        await PostgresMigrations.ApplyAsync(database);
        await PostgresMigrations.ApplyAsync(database);
        supabase = SupabaseTest.Start(await SupabaseTestServer.StartAsync(database));
    }

    public ValueTask DisposeAsync() => supabase?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Twice, as a retry does.</summary>
    private async Task SaveAsync(string json)
    {
        using var document = JsonDocument.Parse(json);
        var faults = new JsonFaults();
        var scenario = ScenarioParser.Parse(document.RootElement, JsonPath.Root, faults);
        Assert.True(scenario is not null, string.Join(", ", faults.ByPath.Keys));
        var id = Guid.NewGuid();
        for (var i = 0; i < 2; i++)
        {
            await supabase.Scenarios.SaveScenarioAsync(
                new() { Id = id, ShortId = Short, UserId = User, Details = scenario.Details, SceneCount = scenario.Scenes.Count },
                TestContext.Current.CancellationToken);
        }

        SceneRow[] rows =
        [
            .. scenario.Scenes.Select(scene =>
                new SceneRow(ScenarioIds.Scene($"{id}", scene.SceneNumber), id, scene, new SceneState { Status = SceneStatus.Pending })),
        ];
        await supabase.Scenarios.SaveScenesAsync(rows, TestContext.Current.CancellationToken);
    }

    private async Task<string> ScalarAsync(string expression) => (await database.ScalarAsync<string>($"select {expression}"))!;
}
