using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>redo SCENARIO [--scene N] [--prompt TEXT] [--json]</c>.</summary>
internal static class RedoCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var scenario = new Argument<Guid>("SCENARIO") { Description = "The scenario's id, as `save` shows it." };
        var scene = new Option<int?>("--scene")
        {
            HelpName = "N",
            Description = "The scene whose image does not please. Default: every scene without an image.",
        };
        var prompt = new Option<string>("--prompt") { HelpName = "TEXT", Description = "What the image should show. Default: as before." };
        var json = new Option<bool>("--json") { Description = "Print only the finished task, as the JSON that the API returns." };
        var command = new Command("redo", "Make images of a saved scenario again: those that are missing, or one that does not please.")
        {
            scenario, scene, prompt, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(prompt) is not null && result.GetValue(scene) is null)
            {
                result.AddError("--prompt needs --scene.");
            }
        });
        command.SetAction((parsed, _) => RunAsync(
            environment,
            parsed.GetRequiredValue(scenario),
            BodyOf(parsed.GetValue(scene), parsed.GetValue(prompt)),
            new TaskOutput(environment, parsed.GetValue(json))));
        return command;
    }

    /// <returns>The exit code.</returns>
    private static async Task<int> RunAsync(CliEnvironment environment, Guid scenarioId, string body, TaskOutput output)
    {
        using var interrupts = environment.WatchInterrupts();
        try
        {
            await using var link = await ServerLink.OpenAsync(environment, interrupts.Requested);
            var scenario = await link.AskAsync(api => api.ReadScenarioAsync(scenarioId, interrupts.Requested), interrupts.Requested);
            var before = await output.FindCreditsAsync(link, scenario.UserId, interrupts.Requested);
            interrupts.Requested.ThrowIfCancellationRequested();

            // Not interrupted: a task with an unknown id could not be cancelled.
            var key = $"{Guid.NewGuid()}";
            var task = await link.AskAsync(
                api => api.StartImagesAsync(scenarioId, body, key, CancellationToken.None), CancellationToken.None);
            if (task is null)
            {
                environment.Error.WriteLine("No scene with an image prompt is without an image. --scene N makes one again.");
                return ExitCodes.Completed;
            }

            var reading = await output.FollowAsync(link, task.TaskId, interrupts.Requested);
            var after = before is null ? null : await output.FindCreditsAsync(link, scenario.UserId, CancellationToken.None);
            return output.Report(link, reading, before, after);
        }
        catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Cancelled, "Cancelled before anything was started.");
        }
    }

    private static string BodyOf(int? scene, string? prompt)
    {
        if (scene is null)
        {
            return """{"scenes":"missing"}""";
        }

        var chosen = new JsonObject { ["scene_number"] = scene };
        if (prompt is not null)
        {
            chosen["image_prompt"] = prompt;
        }

        return new JsonObject { ["scenes"] = new JsonArray(chosen) }.ToJsonString();
    }
}
