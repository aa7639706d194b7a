using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Writes a folder's names to disk, so that a renamed file survives a power failure. .NET cannot open folders, so this calls
/// the C library. Windows writes names through and needs nothing.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        if (folder.IsInvalid)
        {
            throw new IOException($"The folder {path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        if (Sync(folder) != 0)
        {
            throw new IOException($"The folder {path} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(SafeFileHandle folder);
}
