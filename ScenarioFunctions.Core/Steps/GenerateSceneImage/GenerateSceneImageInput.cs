namespace ScenarioFunctions.Core.Steps;

/// <summary>Ids and counters only: the prompt is read from the database, so that histories stay small.</summary>
/// <param name="TaskId">With the scene number, the scene's id.</param>
/// <param name="SceneNumber">From 2.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Resolution">As posted; decides the ratio.</param>
/// <param name="CreditsPerImage">What is charged for the image once it is stored.</param>
/// <param name="Wait">Which run of the step for this scene, from 1: each waits one budget at most.</param>
/// <param name="Generation">Which generation for this scene, from 1: a temporary failure at RunwayML asks for another.</param>
public sealed record GenerateSceneImageInput(
    string TaskId, int SceneNumber, string UserId, string? Resolution, int CreditsPerImage, int Wait, int Generation)
    : ILogged
{
    string ILogged.ForLog() => $" of scene {SceneNumber}";
}
