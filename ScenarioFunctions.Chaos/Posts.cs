using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Chaos;

/// <summary>Scenarios to post.</summary>
internal static class Posts
{
    /// <summary>A scenario with so many scenes, each with its own prompt.</summary>
    /// <param name="name">Part of every prompt.</param>
    /// <param name="scenes">The number of scenes.</param>
    /// <param name="userId">The user who pays.</param>
    /// <param name="words">Words for the emulator, added to the prompt of a scene (from 1).</param>
    public static byte[] Body(string name, int scenes, string userId, Func<int, string>? words = null) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            short_id = "short_1",
            user_id = userId,
            scenario = new
            {
                title = name,
                style = "plain",
                scenes = Enumerable.Range(1, scenes).Select(number => new
                {
                    description = $"Scene {number} of {name}",
                    duration = 2.5,
                    image_prompt = $"{Prompt(name, number)} {words?.Invoke(number)}".Trim(),
                }),
            },
        }));

    /// <summary>Makes the image of one scene again, with a prompt of its own.</summary>
    public static byte[] Redo(string name, int sceneNumber, string words = "") => JsonSerializer.SerializeToUtf8Bytes(
        new { scenes = new[] { new { scene_number = sceneNumber, image_prompt = $"{Prompt(name, sceneNumber)} {words}".Trim() } } });

    public static string Prompt(string name, int sceneNumber) => $"A picture [{name}/{sceneNumber}]";
}
