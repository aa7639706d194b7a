using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>redo SCENARIO [--scene N] [--prompt TEXT] [--out DIR] [--strict] [--json]</c>.</summary>
internal static class RedoCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var scenario = new Argument<Guid>("SCENARIO") { Description = "The scenario's id, as `save` shows it.", CustomParser = ParseId };
        var scene = new Option<int?>("--scene")
        {
            HelpName = "N",
            Description = "The scene whose image is made again. Default: every scene without an image.",
        };
        var prompt = new Option<string>("--prompt") { HelpName = "TEXT", Description = "What the image should show. Default: as before." };
        var result = new ResultOptions("the finished task");
        var command = new Command("redo", "Make images of a saved scenario again: all that are missing, or that of one scene.")
        {
            scenario, scene, prompt, result.Out, result.Strict, result.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(prompt) is not null && result.GetValue(scene) is null)
            {
                result.AddError("--prompt needs --scene.");
            }
        });
        command.SetAction((parsed, _) => ServerLink.UseAsync(environment, ServerUse.Work, (link, interrupted) => RunAsync(
            environment,
            link,
            parsed.GetRequiredValue(scenario),
            BodyOf(parsed.GetValue(scene), parsed.GetValue(prompt)),
            new TaskOutput(environment, result.Of(parsed)),
            interrupted)));
        return command;
    }

    private static Guid ParseId(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (!Guid.TryParse(text, out var id))
        {
            result.AddError($"SCENARIO takes the id of a scenario, as `save` shows it, not '{text}'.");
        }

        return id;
    }

    /// <returns>The exit code.</returns>
    private static async Task<int> RunAsync(
        CliEnvironment environment, ServerLink link, Guid scenarioId, string body, TaskOutput output, CancellationToken interrupted)
    {
        output.OpenFolder();
        var scenario = await link.AskAsync(api => api.ReadScenarioAsync(scenarioId, interrupted), interrupted);
        var userId = scenario.Value.UserId;
        var before = await output.FindCreditsAsync(link, userId, interrupted);
        interrupted.ThrowIfCancellationRequested();

        // Not interrupted: a task with an unknown id could not be cancelled.
        var key = $"{Guid.NewGuid()}";
        var task = await link.AskAsync(
            api => api.StartImagesAsync(scenarioId, body, key, CancellationToken.None), CancellationToken.None);
        if (task is null)
        {
            environment.Tell("No scene with an image prompt is without an image. --scene N makes one again.");
            return ExitCodes.Completed;
        }

        output.Started(link, task.TaskId);
        await output.ReportEmulatorAsync(link);
        var reading = await output.FollowAsync(link, task.TaskId, interrupted);
        var after = await output.FindCreditsAsync(link, userId, CancellationToken.None);
        var exitCode = output.Report(link, reading, after is null ? [] : [after]);
        if (before is not null && after is not null)
        {
            output.WriteCredits([before], [after], [reading]);
        }

        return exitCode;
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
