using System.Diagnostics;
using System.Reflection;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Hosting;

public sealed class StandInsTests
{
    [Fact]
    public void An_app_on_the_real_packages_is_not_refused()
    {
        Assert.Null(StandIns.Refusal(typeof(ScenarioFunctions.Core.Workflow.CoreJson).Assembly));
    }

    [Fact]
    public void An_app_on_stand_ins_is_refused_and_told_which()
    {
        var app = new AppOn("Supabase.Postgrest", "Supabase");

        var refusal = StandIns.Refusal(app);

        Assert.Contains("Supabase, Supabase.Postgrest", refusal, StringComparison.Ordinal);
        Assert.Contains("eng/stand-ins/README.md", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_on_stand_ins_cannot_be_published()
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["msbuild", "ScenarioFunctions/ScenarioFunctions.csproj", "-t:PrepareForPublish", "-p:RealSupabase=false", "-nodeReuse:false"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using var publish = Process.Start(start)!;

        var output = await publish.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await publish.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("Publish with -p:RealSupabase=true", output, StringComparison.Ordinal);
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
