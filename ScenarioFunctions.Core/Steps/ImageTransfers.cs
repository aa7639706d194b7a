namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Limits how many images of this process are between the start of their download and the end of their storage. A process may
/// follow hundreds of images, which costs little; but each image in transfer is a file of up to 25 MiB, and connections.
/// </summary>
internal sealed class ImageTransfers() : StepTurns(AtOnce)
{
    /// <summary>400 MiB of the temporary folder at most. At half a second for both ways, 32 images a second.</summary>
    public const int AtOnce = 16;
}
