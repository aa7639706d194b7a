namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The names of the service's external acts.</summary>
internal static class Act
{
    /// <summary>Commits of the journal.</summary>
    public const string Insert = "insert", Append = "append", End = "end", Settle = "settle";

    /// <summary>Rows. The last three record a scene's generation id, its image's URL, and its completion.</summary>
    public const string SaveScenario = "save-scenario", SaveScenes = "save-scenes", FindScene = "find-scene",
        ListScenes = "list-scenes", EndScenes = "end-scenes", Usage = "usage", Change = "change",
        BeginImages = "begin-images", ShowImage = "show-image",
        Record = "record", Place = "place", Mark = "mark";

    /// <summary>RunwayML.</summary>
    public const string Submit = "submit", Look = "look", Download = "download", Cancel = "cancel";

    /// <summary>Images and credits.</summary>
    public const string Store = "store", Discard = "discard", Balance = "balance", Hold = "hold",
        Charge = "charge", Release = "release";
}

/// <summary>Wraps every act of the service that has an effect outside its memory: see <see cref="Act"/>.</summary>
internal interface IActObserver
{
    Task<T> AroundAsync<T>(string act, Func<Task<T>> run);
}

internal static class ActObserverExtensions
{
    public static Task AroundAsync(this IActObserver observer, string act, Func<Task> run) =>
        observer.AroundAsync(act, async () =>
        {
            await run();
            return true;
        });
}
