using System.Reflection;
using ScenarioFunctions.Hosting;

namespace ScenarioFunctions.Tests.Azure.Hosting;

public sealed class StandInsTests
{
    [Fact]
    public void An_app_on_the_real_packages_is_not_refused()
    {
        Assert.Null(StandIns.Refusal(typeof(ScenarioFunctions.Core.CoreJson).Assembly));
    }

    [Fact]
    public void An_app_on_stand_ins_is_refused_and_told_which()
    {
        var app = new AppOn("Supabase.Postgrest", "Supabase");

        var refusal = StandIns.Refusal(app);

        Assert.Contains("Supabase, Supabase.Postgrest", refusal, StringComparison.Ordinal);
        Assert.Contains("eng/stand-ins/README.md", refusal, StringComparison.Ordinal);
    }

    private sealed class AppOn(params string[] standIns) : Assembly
    {
        public override AssemblyName[] GetReferencedAssemblies() =>
        [
            new("System.Runtime") { Version = new Version(10, 0, 0, 0) },
            .. standIns.Select(name => new AssemblyName(name) { Version = new Version(9999, 0, 0, 0) }),
        ];
    }
}
