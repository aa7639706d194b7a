namespace ScenarioFunctions.Core.Steps;

/// <summary>How many rows of <c>video_scenes</c> were written.</summary>
public sealed record SavedScenes(int Count);
