namespace ScenarioFunctions.Core.Runway;

/// <summary>PNG: chunks of length, type, data and checksum, from IHDR to IEND.</summary>
internal static class PngWalk
{
    private const uint Header = 0x49484452; // IHDR
    private const uint Pixels = 0x49444154; // IDAT
    private const uint End = 0x49454E44; // IEND
    private const int SignatureLength = 8;
    private const int HeaderLength = 13;
    private const int ChecksumLength = 4;

    public static void Run(ForwardReader reader)
    {
        reader.Skip(SignatureLength);
        if (reader.BigEndian(4) != HeaderLength || reader.BigEndian(4) != Header)
        {
            throw ImageCheck.Bad("The PNG does not start with its header.");
        }

        ImageCheck.ThrowUnlessSane(reader.BigEndian(4), reader.BigEndian(4));
        reader.Skip(HeaderLength - 8 + ChecksumLength);
        var hasPixels = false;
        uint type;
        do
        {
            var length = reader.BigEndian(4);
            type = reader.BigEndian(4);
            reader.Skip((long)length + ChecksumLength);
            hasPixels |= type == Pixels;
        }
        while (type != End);

        if (!hasPixels)
        {
            throw ImageCheck.Bad("The PNG has no pixels.");
        }
    }
}

/// <summary>JPEG: markers, most of them followed by a segment. Between them, scans contain only 0xFF00 and restart markers.</summary>
internal static class JpegWalk
{
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    public static void Run(ForwardReader reader)
    {
        var hasFrame = false;
        var hasScan = false;
        byte marker;
        while ((marker = NextMarker(reader)) != EndOfImage)
        {
            if (marker == StartOfImage)
            {
                continue;
            }

            var length = reader.BigEndian(2);
            if (length < 2)
            {
                throw ImageCheck.Bad("A JPEG segment has no length.");
            }

            hasScan |= marker == StartOfScan;
            if (IsFrame(marker) && length >= 8)
            {
                hasFrame = true;
                reader.Skip(1);
                var height = reader.BigEndian(2);
                ImageCheck.ThrowUnlessSane(reader.BigEndian(2), height);
                length -= 5;
            }

            reader.Skip(length - 2);
        }

        if (!hasFrame || !hasScan)
        {
            throw ImageCheck.Bad("The JPEG has no pixels.");
        }
    }

    /// <summary>The next byte after 0xFF that is a marker: not padding, escaped data or a restart.</summary>
    private static byte NextMarker(ForwardReader reader)
    {
        while (true)
        {
            reader.SkipPast(0xFF);
            byte marker;
            while ((marker = reader.Byte()) == 0xFF)
            {
            }

            if (marker is > 0x01 and (< 0xD0 or > 0xD7))
            {
                return marker;
            }
        }
    }

    /// <summary>SOF0 to SOF15, except the numbers in this range that stand for tables.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}

/// <summary>WebP is a RIFF file: its size, then chunks of type, length and data, each padded to an even length.</summary>
internal static class WebPWalk
{
    private const uint Lossy = 0x56503820; // "VP8 "
    private const uint Lossless = 0x5650384C; // VP8L
    private const uint Extended = 0x56503858; // VP8X
    private const uint Frame = 0x414E4D46; // ANMF

    public static void Run(ForwardReader reader)
    {
        reader.Skip(4);
        var size = reader.LittleEndian(4);
        if (size > reader.Left)
        {
            throw new ImageCutOffException();
        }

        if (size < reader.Left)
        {
            throw ImageCheck.Bad("The WebP's size is not that of the file.");
        }

        reader.Skip(4);
        var hasPixels = false;
        while (reader.Left > 0)
        {
            var type = reader.BigEndian(4);
            var length = reader.LittleEndian(4);
            var behind = reader.Left - length;
            CheckSize(reader, type);
            if (behind < 0 || reader.Left < behind)
            {
                throw ImageCheck.Bad("The length of a WebP chunk is wrong.");
            }

            hasPixels |= type is Lossy or Lossless or Frame;
            reader.Skip(reader.Left - behind);
            reader.Skip(Math.Min(reader.Left, length % 2));
        }

        if (!hasPixels)
        {
            throw ImageCheck.Bad("The WebP has no pixels.");
        }
    }

    private static void CheckSize(ForwardReader reader, uint type)
    {
        switch (type)
        {
            case Lossy:
                reader.Skip(6);
                ImageCheck.ThrowUnlessSane(reader.LittleEndian(2) & 0x3FFF, reader.LittleEndian(2) & 0x3FFF);
                break;
            case Lossless:
                reader.Skip(1);
                var sides = reader.LittleEndian(4);
                ImageCheck.ThrowUnlessSane((sides & 0x3FFF) + 1, ((sides >> 14) & 0x3FFF) + 1);
                break;
            case Extended:
                reader.Skip(4);
                ImageCheck.ThrowUnlessSane(reader.LittleEndian(3) + 1, reader.LittleEndian(3) + 1);
                break;
        }
    }
}

/// <summary>GIF: a screen, then pictures and extensions up to the trailer, each made of a list of blocks.</summary>
internal static class GifWalk
{
    private const byte Picture = 0x2C;
    private const byte Extension = 0x21;
    private const byte Trailer = 0x3B;

    public static void Run(ForwardReader reader)
    {
        reader.Skip(6);
        ImageCheck.ThrowUnlessSane(reader.LittleEndian(2), reader.LittleEndian(2));
        SkipColours(reader, reader.Byte(), 2);
        var hasPicture = false;
        byte block;
        while ((block = reader.Byte()) != Trailer)
        {
            switch (block)
            {
                case Picture:
                    hasPicture = true;
                    reader.Skip(4);
                    ImageCheck.ThrowUnlessSane(reader.LittleEndian(2), reader.LittleEndian(2));
                    SkipColours(reader, reader.Byte(), 0);
                    break;
                case not Extension:
                    throw ImageCheck.Bad("The GIF has a block of an unknown kind.");
            }

            reader.Skip(1);
            SkipBlocks(reader);
        }

        if (!hasPicture)
        {
            throw ImageCheck.Bad("The GIF has no picture.");
        }
    }

    private static void SkipColours(ForwardReader reader, byte flags, int between)
    {
        var colours = (flags & 0x80) == 0 ? 0 : 2 << (flags & 0x07);
        reader.Skip(between + (3 * colours));
    }

    private static void SkipBlocks(ForwardReader reader)
    {
        byte length;
        while ((length = reader.Byte()) != 0)
        {
            reader.Skip(length);
        }
    }
}
