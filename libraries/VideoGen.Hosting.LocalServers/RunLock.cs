using System.Globalization;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>One run a folder. The kernel drops the lock (flock) with the process that holds it, however it ends.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file)
    {
        _file = file;
        FollowsKilledRun = file.Length > 0;
        using var writer = new StreamWriter(file, leaveOpen: true);
        file.SetLength(0);
        writer.WriteLine(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The run before did not stop in good order: it left its process id in the file.</summary>
    internal bool FollowsKilledRun { get; }

    internal static RunLock Take(string folder)
    {
        var path = Path.Combine(folder, "run.lock");
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException problem) when (File.Exists(path))
        {
            throw new LocalServerException(
                $"It is running already, with its files in {folder}. Stop that one first (Ctrl+C in its terminal), or give this one another folder by Local__Folder.",
                problem);
        }
    }

    /// <summary>The run has stopped in good order.</summary>
    public void Dispose()
    {
        _file.SetLength(0);
        _file.Dispose();
    }
}
