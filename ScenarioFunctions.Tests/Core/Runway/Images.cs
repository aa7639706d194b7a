using System.Text;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>The first bytes of each format, with some more behind them.</summary>
internal static class Images
{
    public static readonly byte[] Png = [0x89, .. "PNG\r\n\u001a\n"u8, .. new byte[64]];
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[64]];
    public static readonly byte[] WebP = [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBPVP8 "u8, .. new byte[64]];
    public static readonly byte[] Gif = [.. "GIF89a"u8, .. new byte[64]];
    public static readonly byte[] Svg = Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>");

    public static byte[] Named(string name) => name switch
    {
        "png" => Png,
        "jpg" => Jpeg,
        "webp" => WebP,
        "gif" => Gif,
        _ => Svg,
    };
}
