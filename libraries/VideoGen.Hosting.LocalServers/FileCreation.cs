using System.Runtime.InteropServices;

namespace VideoGen.Hosting.LocalServers;

/// <summary>Which rights the files have that this process and those that it starts make.</summary>
internal static partial class FileCreation
{
    private const uint GroupAndOthers = 0b111_111;

    /// <summary>None for anybody but the owner.</summary>
    public static void KeepToOwner()
    {
        _ = SetMask(GroupAndOthers);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
