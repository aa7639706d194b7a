using System.Diagnostics;

namespace ScenarioFunctions.Benchmarks.Machine;

/// <summary>The speed of the disk: the time of one 4 KiB write with fsync.</summary>
internal static class FsyncProbe
{
    public static double MedianMilliseconds(string folder)
    {
        var path = Path.Combine(folder, "fsync-probe");
        var block = new byte[4096];
        var samples = new List<double>();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1))
        {
            for (var i = 0; i < 500; i++)
            {
                var started = Stopwatch.GetTimestamp();
                file.Write(block);
                file.Flush(flushToDisk: true);
                samples.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        File.Delete(path);
        return Percentiles.Of(samples, 0.5);
    }
}
