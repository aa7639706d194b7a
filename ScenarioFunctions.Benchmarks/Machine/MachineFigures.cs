using System.Globalization;
using System.Runtime.InteropServices;

namespace ScenarioFunctions.Benchmarks.Machine;

/// <summary>The machine on which the benchmark ran; without it the results say little.</summary>
/// <param name="Cores">The cores that this process may use.</param>
/// <param name="FsyncMilliseconds">The median time of a 4 KiB write with fsync.</param>
/// <param name="Load">The load average of the minute before the benchmark; null on systems other than Linux.</param>
/// <param name="Runtime">The version of .NET.</param>
internal sealed record MachineFigures(int Cores, double FsyncMilliseconds, double? Load, string Runtime)
{
    private const string LoadFile = "/proc/loadavg";

    /// <param name="folder">On the disk to measure.</param>
    public static MachineFigures Take(string folder) => new(
        Environment.ProcessorCount, FsyncProbe.MedianMilliseconds(folder), CurrentLoad(), RuntimeInformation.FrameworkDescription);

    public static double? CurrentLoad() => File.Exists(LoadFile)
        ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture)
        : null;
}
