using System.ComponentModel;
using System.Runtime.InteropServices;

namespace VideoGen.Storage.Objects;

/// <summary>Makes writes survive a crash of the machine: a file's bytes by fsync of the file, its name by fsync of the folder.</summary>
internal static partial class DiskFlush
{
    const int NoSpace = 28; // ENOSPC
    const int QuotaExceeded = 122; // EDQUOT
    const int ReadOnlyFolder = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// <summary>Whether an error means that the disk, or a quota on it, is full.</summary>
    public static bool IsFull(IOException error) => error is StorageFullException || (error.HResult & 0xFFFF) is NoSpace or QuotaExceeded;

    public static void File(string path)
    {
        using var file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>.NET opens no folders, so this asks the kernel itself. Elsewhere than on Linux the file system is trusted.</summary>
    public static void Folder(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        var folder = Open(path, ReadOnlyFolder);
        if (folder < 0) throw new IOException($"Opening folder {path} failed.", new Win32Exception(Marshal.GetLastPInvokeError()));
        try
        {
            if (Flush(folder) != 0) throw new IOException($"Flushing folder {path} failed.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
