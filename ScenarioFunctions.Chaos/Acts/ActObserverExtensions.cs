namespace ScenarioFunctions.Chaos.Acts;

internal static class ActObserverExtensions
{
    public static Task AroundAsync(this IActObserver observer, string act, Func<Task> run) =>
        observer.AroundAsync(act, async () =>
        {
            await run();
            return true;
        });
}
