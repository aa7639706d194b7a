using System.Reflection;

namespace ScenarioFunctions.Hosting;

/// <summary>The packages that this app was built on without having the real ones: see eng/stand-ins/README.md.</summary>
internal static class StandIns
{
    /// <exception cref="InvalidOperationException">There are such; the message names them.</exception>
    public static void Refuse(Assembly app)
    {
        var standIns = app.GetReferencedAssemblies().Where(name => name.Version?.Major == 9999).Select(name => name.Name);
        var names = string.Join(", ", standIns.Order());
        if (names.Length > 0)
        {
            throw new InvalidOperationException(
                $"This build cannot run: it is built on stand-ins for {names}. Build it where NuGet finds the "
                + "real packages; eng/stand-ins/README.md says more.");
        }
    }
}
