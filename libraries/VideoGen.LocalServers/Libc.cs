using System.Runtime.InteropServices;

namespace VideoGen.LocalServers;

/// <summary>The calls into the C library that .NET has no method for.</summary>
internal static partial class Libc
{
    /// <summary>Sends a signal to a process, or to a process group when the id is negative. False when there is none.</summary>
    internal static bool Signal(int id, Signal signal) => Kill(id, (int)signal) == 0;

    /// <summary>Whether a process with that id exists (a zombie counts).</summary>
    internal static bool Exists(int id) => Kill(id, 0) == 0;

    internal static void ChangeOwner(string path, UnprivilegedUser owner)
    {
        if (Chown(path, owner.UserId, owner.GroupId) != 0)
            throw new IOException($"{path} cannot be given to user {owner.Name} (error {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int id, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, int owner, int group);
}

/// <summary>Linux's numbers.</summary>
public enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
