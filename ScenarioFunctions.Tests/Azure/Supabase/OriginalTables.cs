namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The tables of the service before this one, with a scenario and two scenes, as narrow as they may be.</summary>
internal static class OriginalTables
{
    public const string FirstScene = "22222222-0000-0000-0000-000000000001";
    public const string SecondScene = "22222222-0000-0000-0000-000000000002";

    private const string Scenario = "11111111-0000-0000-0000-000000000001";

    /// <param name="id">The type of its ids.</param>
    public static string Create(string id) =>
        $$"""
        create table video_scenarios (
          id {{id}} primary key, short_id varchar(64) not null, title varchar(200) not null, description text,
          script text, scene_count integer, estimated_duration integer, metadata jsonb);
        create table video_scenes (
          id {{id}} primary key, scenario_id {{id}} not null references video_scenarios (id), scene_number integer not null,
          title text not null, description text, duration integer, image_prompt varchar(500) not null, visual_prompt text not null,
          product_reference_image_url text not null, image_reasoning text, image_url varchar(300),
          status varchar(20) not null default 'pending' check (status in ('pending', 'completed')));
        insert into video_scenarios values ('{{Scenario}}', 'short', 'title', 'd', 's', 2, 10, '{"style": "noir"}');
        insert into video_scenes values
          ('{{FirstScene}}', '{{Scenario}}', 1, 't', 'd', 5, 'p', 'v', '', 'r', null, 'pending'),
          ('{{SecondScene}}', '{{Scenario}}', 2, 't', 'd', 5, 'p', 'v', '', 'r', 'https://example.com/2.png', 'completed');
        """;
}
