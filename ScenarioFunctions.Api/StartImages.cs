using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary><c>POST /scenarios/{scenario_id}/images</c></summary>
internal sealed class StartImages(
    FindScenario scenarios, StartTask start, DryRun dryRun, SceneClaims claims, UserLimits limits, ITaskEngine engine, ServiceSettings settings)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string scenarioId)
    {
        var stop = context.RequestAborted;
        if (caller.UserId is { } own)
        {
            limits.TakePost(caller, own); // before the body costs anything
        }

        var isDryRun = DryRun.IsAskedFor(context.Request);
        var faults = new JsonFaults();
        var body = await JsonBody.ReadAsync(context.Request, faults, stop);
        var key = IdempotencyKey.Read(context.Request, faults);
        var scenario = await scenarios.DemandAsync(caller, scenarioId, stop);
        var wanted = ImagesRequest.Parse(body, scenario, faults);
        var callback = JsonFields.Of(body, JsonPath.Root, faults) is { } fields ? CallbackField.Read(fields, settings, faults) : null;
        if (faults.Any)
        {
            throw Problems.Invalid(faults);
        }

        if (caller.IsService)
        {
            limits.TakePost(caller, scenario.Row.UserId);
        }

        if (isDryRun)
        {
            return await dryRun.PlanAsync(scenario, wanted, faults.Adjustments, stop);
        }

        var taskId = await start.NewIdAsync(key, scenario.Row.UserId, stop);
        var input = InputOf(scenario, wanted, RequestHash.Of($"{scenario.Row.Id}", "images", body)) with { Callback = callback };
        if (key is not null && await engine.FindAsync(taskId, stop) is not null)
        {
            return await start.StartAsync(context, caller, key, taskId, input, faults.Adjustments);
        }

        if (wanted.Count == 0)
        {
            var nothing = new NothingMissingResource(
                scenario.Row.Id, "No scene with an image prompt is without an image. Nothing was started.");
            return ApiResponse.Json(StatusCodes.Status200OK, nothing, ApiJson.Readable.NothingMissingResource);
        }

        await claims.TakeAsync(scenario, wanted, taskId, stop);
        try
        {
            return await start.StartAsync(context, caller, key, taskId, input, faults.Adjustments);
        }
        catch (ProblemException refused) when (key is null && refused.Problem.Status == StatusCodes.Status429TooManyRequests)
        {
            // Only here it is certain that the task never starts: an engine that did not answer may start it later, and another
            // request with the same key may be starting it now. Then the scenes are free after a minute.
            await claims.GiveBackAsync(taskId);
            throw;
        }
    }

    private SaveScenarioInput InputOf(StoredScenario scenario, IReadOnlyList<WantedImage> wanted, string hash) => new()
    {
        ScenarioId = scenario.Row.Id,
        HasLook = scenario.Look is null ? null : true,
        ShortId = scenario.Row.ShortId,
        UserId = scenario.Row.UserId,
        Scenario = new Scenario(
            new ScenarioDetails { Title = scenario.Row.Details.Title },
            [.. wanted.Select(one => new Scene { SceneNumber = one.Scene.Scene.SceneNumber, Resolution = one.Size })]),
        CreditsPerImage = settings.CreditsPerImage,
        MaxParallelImages = settings.MaxParallelImages,
        RequestHash = hash,
    };
}

/// <summary>The answer when no image is missing.</summary>
internal sealed record NothingMissingResource(Guid ScenarioId, string Message);
