using ScenarioFunctions.Chaos.Acts;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Does something of a test's own in place of, or around, single acts.</summary>
internal sealed class ScriptedActs : IActObserver
{
    private readonly Dictionary<string, Func<Func<Task<object?>>, Task<object?>>> scripts = [];

    public ScriptedActs On(string act, Func<Func<Task<object?>>, Task<object?>> script)
    {
        scripts[act] = script;
        return this;
    }

    public async Task<T> AroundAsync<T>(string act, Func<Task<T>> run) =>
        scripts.TryGetValue(act, out var script) ? (T)(await script(async () => await run()))! : await run();
}
