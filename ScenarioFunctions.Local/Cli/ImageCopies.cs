using System.Globalization;
using System.Text;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The folder of <c>--out</c>, into which images are copied under names that say what they are.</summary>
internal sealed class ImageCopies
{
    private const int LongestTitle = 60;

    private readonly string folder;

    private ImageCopies(string folder) => this.folder = folder;

    /// <summary>Makes the folder, before anything is paid for.</summary>
    /// <returns>Null without a folder.</returns>
    /// <exception cref="CliException">It cannot be made.</exception>
    public static ImageCopies? Open(CliEnvironment environment, string? path)
    {
        if (path is null)
        {
            return null;
        }

        var folder = Path.GetFullPath(path, environment.WorkingDirectory);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new ImageCopies(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.BadInput, $"--out {path} is not a folder that can be written to: {exception.Message}", exception);
        }
    }

    /// <summary>A folder in it, for one of several scenarios.</summary>
    /// <param name="name">Becomes a valid name; a number is added when it is taken.</param>
    /// <param name="taken">The names that others have; the new one is added.</param>
    public ImageCopies In(string name, HashSet<string> taken)
    {
        var plain = Plain(name) is { Length: > 0 } left ? left : "scenario";
        var free = plain;
        for (var number = 2; !taken.Add(free); number++)
        {
            free = $"{plain}-{number}";
        }

        return new ImageCopies(Path.Combine(folder, free));
    }

    /// <summary>Copies the images that a task has made; a file of the same name is replaced.</summary>
    /// <param name="task">A task.</param>
    /// <param name="fileOf">The file of an image's URL; null when it is not on this machine.</param>
    /// <returns>The copy of each image, by scene.</returns>
    /// <exception cref="CliException">An image cannot be copied.</exception>
    public IReadOnlyDictionary<int, string> Copy(TaskResource task, Func<string, string?> fileOf)
    {
        var title = Plain(task.Metadata.Title) is { Length: > 0 } left ? left : "scene";
        var copies = new Dictionary<int, string>();
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var scene in task.Scenes.Where(scene => scene is { Status: SceneStatus.Completed, ImageUrl: not null }))
            {
                var file = fileOf(scene.ImageUrl!)
                    ?? throw new CliException(ExitCodes.Failed, $"The image of scene {scene.SceneNumber} is not in the data folder, so it was not copied: {scene.ImageUrl}");
                var number = scene.SceneNumber.ToString("00", CultureInfo.InvariantCulture);
                var copy = Path.Combine(folder, $"{number}-{title}{Path.GetExtension(file)}");
                var temporary = $"{copy}.tmp";
                File.Copy(file, temporary, overwrite: true);
                File.Move(temporary, copy, overwrite: true);
                copies[scene.SceneNumber] = copy;
            }

            return copies;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, $"The images could not be copied to {folder}: {exception.Message}", exception);
        }
    }

    /// <summary>Lower case, with a hyphen for each run of other characters than letters and digits.</summary>
    private static string Plain(string text)
    {
        var words = string.Concat(text.ToLowerInvariant().EnumerateRunes().Select(rune => IsPartOfWord(rune) ? $"{rune}" : " "))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = "";
        foreach (var word in words)
        {
            if (name.Length + word.Length >= LongestTitle)
            {
                return name.Length > 0 ? name : string.Concat(word.EnumerateRunes().Take(LongestTitle / 2));
            }

            name += name.Length > 0 ? $"-{word}" : word;
        }

        return name;
    }

    /// <summary>A letter, a digit, or a mark that belongs to a letter, as in Hindi.</summary>
    private static bool IsPartOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
