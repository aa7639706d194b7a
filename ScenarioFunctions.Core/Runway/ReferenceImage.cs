namespace ScenarioFunctions.Core.Runway;

/// <summary>One reference in a <see cref="TextToImageBody"/>, untagged: the prompts do not name it.</summary>
internal sealed record ReferenceImage(string Uri);
