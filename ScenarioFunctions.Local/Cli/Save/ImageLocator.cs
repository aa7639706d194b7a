namespace ScenarioFunctions.Local.Cli.Save;

/// <summary>Says where an image is in a way that a person can open.</summary>
/// <param name="dataFolder">Absolute.</param>
/// <param name="workingDirectory">Paths are made relative to it.</param>
/// <param name="server">Completes URLs that are only a path.</param>
internal sealed class ImageLocator(string dataFolder, string workingDirectory, Uri server)
{
    /// <summary>What lies under it is served from the data folder.</summary>
    private const string PublicPath = "/storage/v1/object/public/";

    /// <returns>The path of the image's file when it is in the data folder; else its URL.</returns>
    public string Locate(string imageUrl)
    {
        var url = new Uri(server, imageUrl);
        if (url.AbsolutePath.StartsWith(PublicPath, StringComparison.Ordinal))
        {
            // Whatever host the URL names: with a public address in front, only the file can tell.
            var file = Path.Combine(dataFolder, Uri.UnescapeDataString(url.AbsolutePath[PublicPath.Length..]));
            if (File.Exists(file))
            {
                return Path.GetRelativePath(workingDirectory, file);
            }
        }

        return url.AbsoluteUri;
    }
}
