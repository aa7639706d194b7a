using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Upserts the scenario's row.</summary>
internal sealed class SaveScenarioStep(IScenarioStore store) : IStep<SaveScenarioStepInput, SavedScenario>
{
    public async Task<SavedScenario> RunAsync(
        SaveScenarioStepInput input, IStepContext context, CancellationToken stopping)
    {
        var row = new ScenarioRow
        {
            Id = ScenarioIds.Scenario(input.TaskId),
            ShortId = input.ShortId,
            UserId = input.UserId,
            Details = input.Details,
            SceneCount = input.SceneCount,
            TaskId = input.TaskId,
        };
        await store.SaveScenarioAsync(row, stopping);
        return new SavedScenario(row.Id);
    }
}

public sealed record SaveScenarioStepInput(
    string TaskId, string ShortId, string UserId, ScenarioDetails Details, int SceneCount);

/// <summary>The id of the row in <c>video_scenarios</c>.</summary>
public sealed record SavedScenario(Guid ScenarioId);
