using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class ImageCheckTests
{
    private const string Png = "png";
    private const string Jpeg = "jpg";
    private const string ProgressiveJpeg = "progressive jpg";
    private const string WebP = "webp";
    private const string LosslessWebP = "lossless webp";
    private const string Gif = "gif";

    [Theory]
    [InlineData(Png, "image/png", "png")]
    [InlineData(Jpeg, "image/jpeg", "jpg")]
    [InlineData(ProgressiveJpeg, "image/jpeg", "jpg")]
    [InlineData(WebP, "image/webp", "webp")]
    [InlineData(LosslessWebP, "image/webp", "webp")]
    [InlineData(Gif, "image/gif", "gif")]
    public void A_whole_image_is_one_of_its_format(string name, string contentType, string extension)
    {
        var format = Check(Images.Named(name));

        Assert.Equal((contentType, extension), (format.ContentType, format.Extension));
    }

    [Theory]
    [InlineData(Png)]
    [InlineData(Jpeg)]
    [InlineData(ProgressiveJpeg)]
    [InlineData(WebP)]
    [InlineData(LosslessWebP)]
    [InlineData(Gif)]
    public void An_image_that_is_cut_anywhere_is_cut_off(string name)
    {
        var whole = Images.Named(name);
        for (var length = ImageFormat.StartLength; length < whole.Length; length++)
        {
            Assert.Throws<ImageCutOffException>(() => Check(whole[..length]));
        }
    }

    [Theory]
    [InlineData(Png)]
    [InlineData(Jpeg)]
    [InlineData(Gif)]
    public void What_stands_behind_the_end_of_an_image_does_no_harm(string name) =>
        Check([.. Images.Named(name), .. new byte[100_000]]);

    /// <summary>Such a file may have a few hundred bytes; decoded, it would take 14 GB.</summary>
    [Theory]
    [InlineData(Png, 16, 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60)]
    [InlineData(ProgressiveJpeg, 18, 0xEA, 0x60, 0xEA, 0x60)]
    [InlineData(WebP, 26, 0xFF, 0x3F, 0xFF, 0x3F)]
    [InlineData(LosslessWebP, 21, 0xFF, 0xFF, 0xFF, 0xFF)]
    [InlineData(Gif, 6, 0x60, 0xEA, 0x60, 0xEA)]
    [InlineData(Gif, 32, 0x60, 0xEA, 0x60, 0xEA)]
    [InlineData(Png, 16, 0, 0, 0, 0)]
    [InlineData(ProgressiveJpeg, 18, 0, 0)]
    public void A_header_of_a_huge_or_an_empty_picture_is_refused(string name, int offset, params int[] size)
    {
        var image = Images.Named(name).With(offset, [.. size.Select(value => (byte)value)]);

        Assert.Contains(" pixels.", Refused(image).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_WebP_canvas_of_a_huge_picture_is_refused()
    {
        byte[] canvas = [.. "VP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0x5F, 0xEA, 0, 0x5F, 0xEA, 0];
        byte[] image = [.. Images.WebP[..12], .. canvas, .. Images.WebP[12..]];

        Refused(image.With(4, BitConverter.GetBytes(image.Length - 8)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void A_WebP_that_is_longer_than_it_says_is_refused(int excess) =>
        Refused([.. Images.WebP, .. new byte[excess]]);

    [Fact]
    public void A_WebP_whose_chunk_is_longer_than_the_file_is_refused() =>
        Refused(Images.WebP.With(16, 0, 0, 0, 1));

    [Theory]
    [InlineData(Png)]
    [InlineData(Jpeg)]
    [InlineData(WebP)]
    [InlineData(Gif)]
    public void A_header_and_a_trailer_without_pixels_are_refused(string name) => Refused(name switch
    {
        Png => [.. Images.Png[..33], .. Images.Png[^12..]],
        Jpeg => [0xFF, 0xD8, 0xFF, 0xD9, .. new byte[20]],
        WebP => [.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPICCP"u8, 0, 0, 0, 0],
        _ => [.. Images.Gif[..13], .. new byte[6], 0x3B],
    });

    [Theory]
    [InlineData("svg")]
    [InlineData("html")]
    [InlineData("")]
    public void Anything_else_is_refused(string name) =>
        Refused(name == "svg" ? Images.Svg : Encoding.ASCII.GetBytes(name));

    [Fact]
    public void An_image_with_wrong_bytes_anywhere_is_read_to_its_end_or_refused() =>
        Prop.ForAll(Mutations().ToArbitrary(), IsReadOrRefused).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    private static Gen<byte[]> Mutations() =>
        from name in Gen.Elements(Png, Jpeg, ProgressiveJpeg, WebP, LosslessWebP, Gif)
        from changes in (from at in Gen.Choose(0, 10_000)
                         from value in Gen.Choose(0, 255)
                         select (at, value)).NonEmptyListOf()
        select changes.Take(8).Aggregate(
            Images.Named(name), (image, change) => image.With(change.at % image.Length, (byte)change.value));

    private static bool IsReadOrRefused(byte[] image)
    {
        try
        {
            return Check(image) is not null;
        }
        catch (Exception exception) when (exception is ImageCutOffException or ImageServiceException)
        {
            return true;
        }
    }

    private static ImageFormat Check(byte[] image) => ImageCheck.Run(new MemoryStream(image));

    private static ImageServiceException Refused(byte[] image)
    {
        var exception = Assert.Throws<ImageServiceException>(() => Check(image));
        Assert.Equal(ImageServiceFailure.BadOutput, exception.Failure);
        return exception;
    }
}
