namespace VideoGen.Hosting.LocalServers;

/// <summary>
/// What the parts of the system write: on the console with the part's name in its colour before each line, and in one
/// file a part (<c>logs/&lt;name&gt;.log</c>).
/// </summary>
internal sealed class RunLog : IDisposable
{
    internal const string OwnName = "apphost";

    private const int NameWidth = 10;
    private const string ColourEnd = "\u001b[0m";

    // Readable on dark and on light ground.
    private static readonly string[] Colours = ["\u001b[36m", "\u001b[32m", "\u001b[33m", "\u001b[35m", "\u001b[34m", "\u001b[96m", "\u001b[92m", "\u001b[95m"];

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly TextWriter _console;
    private readonly bool _coloured;
    private readonly Dictionary<string, LogFile> _files = [];

    internal RunLog(string folder, TextWriter console, bool coloured)
    {
        _folder = folder;
        _console = console;
        _coloured = coloured;
    }

    /// <summary>On the terminal, coloured unless it is none or <c>NO_COLOR</c> is set.</summary>
    internal static RunLog OnConsole(string folder) => new(
        folder, Console.Out, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>Says something about the run itself.</summary>
    internal void Say(string line) => Write(OwnName, line, show: true);

    internal void Write(string name, string line, bool show)
    {
        lock (_gate)
        {
            FileOf(name).WriteLine(line);
            if (show)
                _console.WriteLine($"{Prefix(name)} {line}");
        }
    }

    /// <summary>What it wrote last, for the message when it fails; empty without output.</summary>
    internal string LastLinesOf(string name)
    {
        lock (_gate)
            return _files.TryGetValue(name, out var file) && file.LastLines.Count > 0
                ? $" It wrote last:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", file.LastLines)}"
                : "";
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
        }
    }

    private string Prefix(string name)
    {
        var padded = $"{name.PadRight(NameWidth)} |";
        if (!_coloured)
            return padded;
        var colour = Colours[name.Aggregate(0, (sum, letter) => (sum * 31 + letter) & 0xFFFF) % Colours.Length];
        return $"{colour}{padded}{ColourEnd}";
    }

    private LogFile FileOf(string name)
    {
        if (!_files.TryGetValue(name, out var file))
            _files[name] = file = new(Path.Combine(_folder, $"{name}.log"));
        return file;
    }
}

/// <summary>A file that is put aside as <c>.1</c> when the next run begins it anew, or when it has grown too large.</summary>
internal sealed class LogFile : IDisposable
{
    private const long LargestSizeBytes = 20_000_000;
    private const int RememberedLines = 30;

    private readonly string _path;
    private readonly Queue<string> _lastLines = new();
    private StreamWriter _file;

    internal LogFile(string path)
    {
        _path = path;
        _file = Begin();
    }

    internal IReadOnlyCollection<string> LastLines => _lastLines;

    internal void WriteLine(string line)
    {
        if (_file.BaseStream.Length > LargestSizeBytes)
        {
            _file.Dispose();
            _file = Begin();
        }

        _file.WriteLine(line);
        if (_lastLines.Count == RememberedLines)
            _lastLines.Dequeue();
        _lastLines.Enqueue(line);
    }

    public void Dispose() => _file.Dispose();

    private StreamWriter Begin()
    {
        if (File.Exists(_path))
            File.Move(_path, $"{_path}.1", overwrite: true);
        return new(_path) { AutoFlush = true };
    }
}
