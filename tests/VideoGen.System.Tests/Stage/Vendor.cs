namespace VideoGen.System.Tests.Stage;

/// <summary>
/// The simulator's ffmpeg, with a hand on it: while it is held every render that begins makes no progress, while it is broken every
/// render fails. So a job that no script can reach, because a dialect made it, gets into every state a real vendor could bring it to.
/// </summary>
sealed class Vendor
{
    readonly string _holdMark;
    readonly string _breakMark;

    public Vendor(string folder)
    {
        Directory.CreateDirectory(folder);
        _holdMark = Path.Combine(folder, "hold");
        _breakMark = Path.Combine(folder, "break");
        Program = Path.Combine(folder, "ffmpeg");
        File.WriteAllText(Program, $"""
            #!/bin/sh
            while [ -e '{_holdMark}' ]; do sleep 0.1; done
            if [ -e '{_breakMark}' ]; then echo 'The vendor is broken.' >&2; exit 1; fi
            exec ffmpeg "$@"

            """);
        File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    /// <summary>What Providers is told to run in place of ffmpeg.</summary>
    public string Program { get; }

    /// <summary>Renders that begin stay where they are until the result is disposed.</summary>
    public IDisposable Hold() => new Mark(_holdMark);

    /// <summary>Renders that begin fail until the result is disposed.</summary>
    public IDisposable Break() => new Mark(_breakMark);

    sealed class Mark : IDisposable
    {
        readonly string _path;

        public Mark(string path)
        {
            _path = path;
            File.WriteAllText(path, "");
        }

        public void Dispose() => File.Delete(_path);
    }
}
