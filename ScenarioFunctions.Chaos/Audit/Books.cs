namespace ScenarioFunctions.Chaos.Audit;

/// <summary>Invariants of any data folder once all tasks have ended.</summary>
internal static class Books
{
    private static readonly string[] Ended = ["completed", "skipped", "cancelled"];

    /// <returns>Text for people: what is wrong; empty when everything is right.</returns>
    public static IReadOnlyList<string> Faults(DataFolder data, int creditsPerImage) =>
    [
        .. OpenTasks(data),
        .. OpenScenes(data),
        .. Charges(data, creditsPerImage),
        .. Holds(data),
        .. Balances(data),
        .. Files(data),
    ];

    private static IEnumerable<string> OpenTasks(DataFolder data) =>
        data.Tasks.Where(task => task.State == "open" || !task.IsSettled)
            .Select(task => $"Task {task.Id} is {task.State} and {(task.IsSettled ? "" : "not ")}settled.");

    private static IEnumerable<string> OpenScenes(DataFolder data) =>
        data.Scenes.Where(scene => !Ended.Contains(scene.Status))
            .Select(scene => $"Scene {scene.Prompt} is {scene.Status}.")
            .Concat(data.Images.Where(image => !Ended.Contains(image.Status)).Select(image => $"The image {image.Prompt} is {image.Status}."));

    /// <summary>Each image that was made is charged exactly once, and nothing else is. Version 0.1.0 charged per generation.</summary>
    private static IEnumerable<string> Charges(DataFolder data, int creditsPerImage)
    {
        var charged = data.Ledger.Where(line => line.Action == "generate_image")
            .Select(line => (line.Reference, line.Amount)).ToHashSet();
        var due = data.Images.Where(image => image.IsMade)
            .Select(image => (
                Old: ($"{image.SceneId}:{image.GenerationId}", -creditsPerImage),
                New: ($"{image.SceneId}:{image.Version}", (long)-creditsPerImage)))
            .Select(reference => charged.Contains(reference.Old) ? reference.Old : reference.New).ToHashSet();
        foreach (var (reference, _) in due.Except(charged))
        {
            yield return $"The image {reference} is not charged.";
        }

        foreach (var (reference, amount) in charged.Except(due))
        {
            yield return $"{amount} credits were charged for {reference}, but no such image was made.";
        }
    }

    private static IEnumerable<string> Holds(DataFolder data) =>
        data.OpenHolds.Select(hold => $"The hold {hold.Key} is open, with {hold.Value} credits left.");

    private static IEnumerable<string> Balances(DataFolder data) =>
        data.Balances
            .Select(account => (User: account.Key, account.Value,
                Sum: data.Ledger.Where(line => line.UserId == account.Key).Sum(line => line.Amount)))
            .Where(account => account.Value != account.Sum || account.Value < 0)
            .Select(account => $"{account.User} has {account.Value} credits, but the ledger adds up to {account.Sum}.");

    /// <summary>
    /// No file without a row, no row without a file, no temporary files, which no row would name; and a scene shows one of its own.
    /// </summary>
    private static IEnumerable<string> Files(DataFolder data)
    {
        var made = data.Images.Where(image => image.IsMade).ToLookup(image => image.SceneId, image => image.ImageUrl ?? "none");
        var named = made.SelectMany(urls => urls).ToHashSet();
        foreach (var url in named.Except(data.ImageUrls))
        {
            yield return $"The file of {url} is missing.";
        }

        foreach (var url in data.ImageUrls.Except(named))
        {
            yield return $"No image has the file {url}.";
        }

        foreach (var scene in data.Scenes.Where(scene => scene.Status == "completed" && !made[scene.Id].Contains(scene.ImageUrl)))
        {
            yield return $"Scene {scene.Prompt} shows {scene.ImageUrl}, which is none of its images.";
        }

        foreach (var scene in data.Scenes.Where(scene => scene.ImageUrl is not null && scene.Status != "completed"))
        {
            yield return $"Scene {scene.Prompt} is {scene.Status} and has an image.";
        }
    }
}
