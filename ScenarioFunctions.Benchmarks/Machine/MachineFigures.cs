using System.Globalization;
using System.Runtime.InteropServices;

namespace ScenarioFunctions.Benchmarks.Machine;

/// <summary>What the figures were measured on: without it they say little.</summary>
/// <param name="Cores">That this process may use.</param>
/// <param name="FsyncMilliseconds">What the disk takes for 4 KiB and fsync, median.</param>
/// <param name="Load">Of the last minute, before the benchmark: how many threads wanted a core; null but on Linux.</param>
/// <param name="Runtime">Of .NET.</param>
internal sealed record MachineFigures(int Cores, double FsyncMilliseconds, double? Load, string Runtime)
{
    private const string LoadFile = "/proc/loadavg";

    /// <param name="folder">On the disk to be measured.</param>
    public static MachineFigures Take(string folder) => new(
        Environment.ProcessorCount, FsyncProbe.MedianMilliseconds(folder), CurrentLoad(), RuntimeInformation.FrameworkDescription);

    public static double? CurrentLoad() => File.Exists(LoadFile)
        ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture)
        : null;
}
