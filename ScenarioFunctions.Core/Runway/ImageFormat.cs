namespace ScenarioFunctions.Core.Runway;

/// <summary>A format of images, told by its first bytes.</summary>
internal sealed record ImageFormat(string ContentType, string Extension)
{
    private static readonly ImageFormat Png = new("image/png", "png");
    private static readonly ImageFormat Jpeg = new("image/jpeg", "jpg");
    private static readonly ImageFormat WebP = new("image/webp", "webp");
    private static readonly ImageFormat Gif = new("image/gif", "gif");

    /// <summary>Null for anything else: SVG, too, which can carry scripts.</summary>
    public static ImageFormat? Of(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => Gif,
        _ => null,
    };
}
