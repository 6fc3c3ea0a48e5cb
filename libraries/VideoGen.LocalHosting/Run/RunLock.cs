using Aspire.Hosting;

namespace VideoGen.LocalHosting.Run;

/// <summary>One run a folder. The kernel drops the lock (flock) with the process that holds it, however it ends.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    internal static RunLock Take(string folder)
    {
        var path = Path.Combine(folder, "run.lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            file.Flush();
            return new(file);
        }
        catch (IOException problem) when (File.Exists(path))
        {
            throw new DistributedApplicationException(
                $"It is running already, with its files in {folder}. Stop that one first (Ctrl+C in its terminal), or give this one another folder by LocalHosting__Folder.",
                problem);
        }
    }

    public void Dispose() => _file.Dispose();
}
