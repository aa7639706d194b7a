namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Checks that a file is one whole image of a reasonable size. It reads the file's parts from header to trailer but does not
/// decode them, as a small file can hold a huge picture. See docs/decisions/whole-images.md.
/// </summary>
internal static class ImageCheck
{
    /// <summary>8192 × 8192. RunwayML's largest images have a quarter of that. A browser needs 4 bytes per pixel.</summary>
    public const long MaxPixels = 64 * 1024 * 1024;

    /// <summary>Reads the file from its start.</summary>
    /// <exception cref="ImageCutOffException">The file ends before the image does.</exception>
    /// <exception cref="ImageServiceException">It is not an image that the service stores.</exception>
    public static ImageFormat Run(Stream file)
    {
        file.Position = 0;
        Span<byte> start = stackalloc byte[ImageFormat.StartLength];
        var format = ImageFormat.Of(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)])
            ?? throw Bad("The first bytes are not those of a PNG, JPEG, WebP or GIF image.");
        file.Position = 0;
        format.Walk(new ForwardReader(file));
        return format;
    }

    public static ImageServiceException Bad(string message) => new(ImageServiceFailure.BadOutput, message);

    public static void ThrowUnlessSane(long width, long height)
    {
        if (width == 0 || height == 0 || width * height > MaxPixels)
        {
            throw Bad($"The image has {width} × {height} pixels.");
        }
    }
}

/// <summary>An image format, recognized by its first bytes.</summary>
/// <param name="ContentType">Such as <c>image/png</c>.</param>
/// <param name="Extension">Without a dot.</param>
/// <param name="Walk">Reads to the end of the image; throws when it is invalid.</param>
internal sealed record ImageFormat(string ContentType, string Extension, Action<ForwardReader> Walk)
{
    /// <summary>How many bytes <see cref="Of"/> needs.</summary>
    public const int StartLength = 12;

    private static readonly ImageFormat Png = new("image/png", "png", PngWalk.Run);
    private static readonly ImageFormat Jpeg = new("image/jpeg", "jpg", JpegWalk.Run);
    private static readonly ImageFormat WebP = new("image/webp", "webp", WebPWalk.Run);
    private static readonly ImageFormat Gif = new("image/gif", "gif", GifWalk.Run);

    /// <summary>Null for any other format, including SVG, which can contain scripts.</summary>
    public static ImageFormat? Of(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => Gif,
        _ => null,
    };
}

/// <summary>The end of an image is missing. It may have been lost on the way, so the download is retried.</summary>
internal sealed class ImageCutOffException()
    : HttpRequestException(HttpRequestError.ResponseEnded, "The file ends before the image does.");

/// <summary>Reads numbers from a file, forwards only and buffered.</summary>
internal sealed class ForwardReader(Stream file)
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private int next;
    private int end;
    private long unread = file.Length - file.Position;

    /// <summary>Bytes up to the end of the file.</summary>
    public long Left => unread + end - next;

    public byte Byte()
    {
        if (next == end)
        {
            Fill();
        }

        return buffer[next++];
    }

    public uint BigEndian(int bytes)
    {
        var number = 0u;
        for (; bytes > 0; bytes--)
        {
            number = (number << 8) | Byte();
        }

        return number;
    }

    public uint LittleEndian(int bytes)
    {
        var number = 0u;
        for (var shift = 0; shift < bytes * 8; shift += 8)
        {
            number |= (uint)Byte() << shift;
        }

        return number;
    }

    public void Skip(long bytes)
    {
        if (bytes > Left)
        {
            throw new ImageCutOffException();
        }

        var buffered = (int)Math.Min(bytes, end - next);
        next += buffered;
        unread -= bytes - buffered;
        file.Seek(bytes - buffered, SeekOrigin.Current);
    }

    /// <summary>Moves to just after the next byte with this value.</summary>
    public void SkipPast(byte value)
    {
        int found;
        while ((found = buffer.AsSpan(next, end - next).IndexOf(value)) < 0)
        {
            Fill();
        }

        next += found + 1;
    }

    private void Fill()
    {
        next = 0;
        end = file.Read(buffer);
        if (end == 0)
        {
            throw new ImageCutOffException();
        }

        unread -= end;
    }
}
