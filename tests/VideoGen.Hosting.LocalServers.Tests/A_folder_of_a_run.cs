using System.Diagnostics;

namespace VideoGen.Hosting.LocalServers.Tests;

/// <summary>
/// What a run writes is its owner's alone: the folder and its logs, what earlier runs left, and what processes write that the run
/// starts.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class A_folder_of_a_run
{
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    const UnixFileMode Open =
        OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Test]
    public async Task Is_closed_to_others()
    {
        var folder = Directory.CreateTempSubdirectory("videogen-run-").FullName;
        var logs = Directory.CreateDirectory(Path.Combine(folder, "logs"), Open).FullName;
        var old = Path.Combine(logs, "jobs.log");
        await File.WriteAllTextAsync(old, "what the run before wrote");
        foreach (var open in (string[])[folder, logs, old]) File.SetUnixFileMode(open, Open);
        try
        {
            using (LocalRun.Begin(folder))
            {
                var (own, child) = (Path.Combine(folder, "own"), Path.Combine(folder, "child"));
                await File.WriteAllTextAsync(own, "");
                using var touch = Process.Start("touch", child);
                await touch.WaitForExitAsync();
                Assert.Multiple(() =>
                {
                    foreach (var closed in (string[])[folder, logs]) Assert.That(File.GetUnixFileMode(closed),
                        Is.EqualTo(OwnerFolder), closed);
                    foreach (var closed in (string[])[old, own, child]) Assert.That(File.GetUnixFileMode(closed),
                        Is.EqualTo(OwnerFile), closed);
                });
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
