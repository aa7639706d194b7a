using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using ScenarioFunctions.Tests.Azure.WorkerHost;
using ScenarioFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(WorkerProgram))]

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>
/// The production worker as it is deployed: the build's output, in a folder of its own. Where it was built on
/// stand-ins it refuses to start, so this copy's references claim a version that no stand-in has. The
/// program itself knows no way around its refusal.
/// </summary>
public sealed class WorkerProgram : IDisposable
{
    private const string Project = "ScenarioFunctions";
    private const ushort StandInVersion = 9999;

    private readonly TemporaryFolder folder = new();
    private readonly Lazy<string> program;

    public WorkerProgram() => program = new(Copy);

    /// <summary>The path of the program.</summary>
    public string Path => program.Value;

    public void Dispose() => folder.Dispose();

    private string Copy()
    {
        var ofTests = System.IO.Path.Combine(Repository.Root, $"{Project}.Tests");
        var output = System.IO.Path.GetRelativePath(ofTests, AppContext.BaseDirectory);
        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(Repository.Root, Project, output)))
        {
            File.Copy(file, folder.File(System.IO.Path.GetFileName(file)));
        }

        foreach (var assembly in Directory.GetFiles(folder.Path, $"{Project}*.dll"))
        {
            HideStandIns(assembly);
        }

        return folder.File($"{Project}.dll");
    }

    /// <summary>Writes version 0.0 into each reference to a stand-in; any newer assembly satisfies it.</summary>
    private static void HideStandIns(string assembly)
    {
        var image = File.ReadAllBytes(assembly);
        using var reader = new PEReader(new MemoryStream(image));
        var metadata = reader.GetMetadataReader();
        var references = reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef);
        foreach (var handle in metadata.AssemblyReferences)
        {
            if (metadata.GetAssemblyReference(handle).Version.Major == StandInVersion)
            {
                var row = references + ((MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef));
                image.AsSpan(row, sizeof(ushort)).Clear(); // a row begins with the major version
            }
        }

        File.WriteAllBytes(assembly, image);
    }
}
