using System.Text;

namespace VideoGen.Cli.Kept;

/// <summary>Files that only their owner can read, written whole: under another name first, then renamed.</summary>
internal static class KeptFolder
{
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    const int SharingViolation = unchecked((int)0x80070020);
    const int LinuxWouldBlock = 11;
    const int MacWouldBlock = 35;

    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerFolder);
    }

    public static void Write(string path, string text)
    {
        Create(Path.GetDirectoryName(path)!);
        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var file = Open(part, FileMode.Create, FileShare.None))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Nobody else may read it from the moment it is there.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    /// <summary>True when another process has it open for itself.</summary>
    public static bool IsInUse(IOException failure) =>
        OperatingSystem.IsWindows() ? failure.HResult == SharingViolation : failure.HResult is LinuxWouldBlock or MacWouldBlock;

    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException busy) when (IsInUse(busy))
        {
            // Whoever looks into it at this moment (Windows alone minds) sees that it is empty, and deletes it.
        }
    }

    /// <summary>True when somebody beside the owner may read it.</summary>
    public static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerFolder) != UnixFileMode.None;

    public static void CloseToOthers(string path)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, OwnerFile);
    }
}
