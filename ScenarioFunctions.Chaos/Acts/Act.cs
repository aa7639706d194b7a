namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The acts of the service, by name.</summary>
internal static class Act
{
    /// <summary>Commits of the journal.</summary>
    public const string Insert = "insert", Append = "append", End = "end", Settle = "settle";

    /// <summary>Rows: the last three are a scene's generation id, its image's URL, and its completion.</summary>
    public const string SaveScenario = "save-scenario", SaveScenes = "save-scenes", FindScene = "find-scene",
        ListScenes = "list-scenes", EndScenes = "end-scenes", Usage = "usage", Change = "change",
        BeginImages = "begin-images", ShowImage = "show-image",
        Record = "record", Place = "place", Mark = "mark";

    /// <summary>RunwayML.</summary>
    public const string Submit = "submit", Look = "look", Download = "download", Cancel = "cancel";

    /// <summary>Files and money.</summary>
    public const string Store = "store", Discard = "discard", Balance = "balance", Hold = "hold",
        Charge = "charge", Release = "release";
}

/// <summary>Stands around every act of the service that is seen outside its memory: see <see cref="Act"/>.</summary>
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
