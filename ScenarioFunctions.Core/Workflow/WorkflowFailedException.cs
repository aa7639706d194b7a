using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>The workflow fails. Its last progress has the same error.</summary>
public sealed class WorkflowFailedException(TaskError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public TaskError Error { get; } = error;
}

/// <summary>The stable codes in a task's <see cref="TaskError.Code"/>.</summary>
public static class TaskErrorCodes
{
    public const string SaveScenarioFailed = "save_scenario_failed";
    public const string SaveScenesFailed = "save_scenes_failed";
    public const string CheckCreditsFailed = "check_credits_failed";
    public const string GenerateSceneImageFailed = "generate_scene_image_failed";

    /// <summary>The journal does not match the workflow's code; nothing was changed.</summary>
    public const string JournalMismatch = "journal_mismatch";

    /// <summary>An error in the service itself.</summary>
    public const string InternalError = "internal_error";
}
