using System.Reflection;

namespace ScenarioFunctions.Hosting;

/// <summary>The packages that this app was built on without having the real ones: see eng/stand-ins/README.md.</summary>
internal static class StandIns
{
    private const int Version = 9999;

    /// <returns>Why an app of these assemblies must not run, naming its stand-ins; null when it has none.</returns>
    public static string? Refusal(params Assembly[] app)
    {
        var names = app.SelectMany(assembly => assembly.GetReferencedAssemblies());
        var standIns = names.Where(name => name.Version?.Major == Version).ToList();
        return standIns.Count == 0
            ? null
            : $"This build cannot run: it is built on stand-ins for {string.Join(", ", standIns.Select(name => name.Name).Order())}. "
                + "Build it with -p:RealSupabase=true; eng/stand-ins/README.md says more.";
    }
}
