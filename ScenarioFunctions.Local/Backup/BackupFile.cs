using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Backup;

/// <summary>
/// A backup: one tar file with the databases and images under the names that they have in the data folder. Its last entry lists all
/// of them with size and checksum, so a file that was cut off or changed is found out.
/// </summary>
internal static class BackupFile
{
    public const string ImagesPrefix = $"{IImageStore.DefaultBucket}/";
    public const string IndexPrefix = $"{ImagesPrefix}{LocalImageIndex.FolderName}/";

    private const string ContentName = "backup.json";
    private const int Format = 1;
    private const int MaxContentBytes = 512 * 1024 * 1024;

    /// <summary>Adds one file, and remembers it for the list.</summary>
    public static async Task AddAsync(
        TarWriter tar, IDictionary<string, StoredFile> files, string name, Stream data, CancellationToken cancellationToken)
    {
        var checksum = Convert.ToHexStringLower(await SHA256.HashDataAsync(data, cancellationToken));
        files.Add(name, new StoredFile(data.Length, checksum));
        data.Position = 0;
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data }, cancellationToken);
    }

    /// <summary>Adds the list of all files, as the last entry.</summary>
    public static async Task EndAsync(TarWriter tar, BackupContent content, CancellationToken cancellationToken)
    {
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(content with { Format = Format }, BackupJson.Default.BackupContent));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, ContentName) { DataStream = json }, cancellationToken);
    }

    /// <summary>Reads the whole file and compares it with its list.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">Receives the files that are on the list; null only checks them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BackupException">It is not a backup, or not a whole one.</exception>
    public static async Task<BackupContent> ReadAsync(string path, string? folder, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        BackupContent? content = null;
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            await using var tar = new TarReader(stream);
            while (content is null && await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsPlain(entry.Name))
                {
                    throw NotABackup(path, $"it has an entry '{PlainName(entry.Name)}'");
                }

                content = entry.Name == ContentName ? Content(path, entry) : null;
                if (content is null && !found.TryAdd(entry.Name, await TakeAsync(entry, folder, cancellationToken)))
                {
                    throw NotABackup(path, $"it has '{entry.Name}' twice");
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException or JsonException)
        {
            throw found.Count == 0 ? NotABackup(path, "it cannot be read as one", exception) : NotWhole(path, exception.Message, exception);
        }

        if (content is null)
        {
            throw found.Count == 0 ? NotABackup(path, "it is empty") : NotWhole(path, "its end is missing");
        }

        if (content.Files.FirstOrDefault(file => found.GetValueOrDefault(file.Key) != file.Value) is { Key: { } wrong })
        {
            throw NotWhole(path, $"'{wrong}' is missing in it or was changed");
        }

        RemoveUnlisted(found.Keys.Except(content.Files.Keys), folder);
        return content;
    }

    /// <summary>Images that were deleted while the backup was made.</summary>
    private static void RemoveUnlisted(IEnumerable<string> names, string? folder)
    {
        foreach (var name in folder is null ? [] : names)
        {
            File.Delete(Path.Combine(folder!, name));
        }
    }

    private static async Task<StoredFile> TakeAsync(TarEntry entry, string? folder, CancellationToken cancellationToken)
    {
        using var data = entry.DataStream ?? Stream.Null;
        using var hash = SHA256.Create();
        await using (var hashed = new CryptoStream(data, hash, CryptoStreamMode.Read, leaveOpen: true))
        {
            if (folder is null)
            {
                await hashed.CopyToAsync(Stream.Null, cancellationToken);
            }
            else
            {
                var file = Path.Combine(folder, entry.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await using var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
                await hashed.CopyToAsync(target, cancellationToken);
                target.Flush(flushToDisk: true);
            }
        }

        return new StoredFile(entry.Length, Convert.ToHexStringLower(hash.Hash!));
    }

    private static BackupContent Content(string path, TarEntry entry)
    {
        if (entry.Length > MaxContentBytes)
        {
            throw NotABackup(path, "its list of files is too long");
        }

        var content = JsonSerializer.Deserialize(entry.DataStream ?? Stream.Null, BackupJson.Default.BackupContent)!;
        return content.Format == Format && content.Files.ContainsKey(DataDirectory.DatabaseName)
            ? content
            : throw new BackupException(
                $"The backup {path} was made by a newer version of this program ({content.Program}). Restore it with that one.")
            { IsBadInput = true };
    }

    /// <summary>A name that the data folder may have: nothing leads out of it.</summary>
    private static bool IsPlain(string name) =>
        name is DataDirectory.DatabaseName or DataDirectory.EmulatorName or ContentName
        || (name.StartsWith(IndexPrefix, StringComparison.Ordinal)
            ? Guid.TryParseExact(name[IndexPrefix.Length..], "D", out _)
            : name.StartsWith(ImagesPrefix, StringComparison.Ordinal) && ImagePath.File("", name[ImagesPrefix.Length..]) is not null);

    private static string PlainName(string name) =>
        string.Concat(name.Where(letter => !char.IsControl(letter)).Take(100));

    private static BackupException NotABackup(string path, string why, Exception? cause = null) =>
        new($"{path} is not a backup of this service: {why}.", cause) { IsBadInput = true };

    private static BackupException NotWhole(string path, string why, Exception? cause = null) =>
        new($"The backup {path} is damaged: {why.TrimEnd('.')}. Use another one.", cause) { IsBadInput = true };
}

/// <summary>The last entry of a backup.</summary>
internal sealed record BackupContent
{
    public int Format { get; init; }

    /// <summary>The version that made it.</summary>
    public string Program { get; init; } = "";

    /// <summary>When the database was copied.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>By name, without this entry.</summary>
    public required IReadOnlyDictionary<string, StoredFile> Files { get; init; }
}

/// <summary>A file of a backup.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">In hexadecimal.</param>
internal sealed record StoredFile(long Bytes, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BackupContent))]
internal sealed partial class BackupJson : JsonSerializerContext;

/// <summary>A backup could not be made or restored.</summary>
/// <param name="message">Text for people: what is wrong with which file, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The command was given a wrong file or folder.</summary>
    public bool IsBadInput { get; init; }
}
