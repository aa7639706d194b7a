using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Chaos;

/// <summary>Scenarios to post.</summary>
internal static class Posts
{
    /// <summary>A scenario of so many scenes, each with a prompt of its own.</summary>
    /// <param name="name">Part of every prompt.</param>
    /// <param name="scenes">How many.</param>
    /// <param name="userId">Who pays.</param>
    /// <param name="words">What is added to the prompt of a scene (from 1), for the emulator.</param>
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

    public static string Prompt(string name, int sceneNumber) => $"A picture [{name}/{sceneNumber}]";
}
