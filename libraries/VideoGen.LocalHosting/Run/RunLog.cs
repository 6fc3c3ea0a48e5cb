namespace VideoGen.LocalHosting.Run;

/// <summary>
/// What the parts of the system write: on the console with the part's name in its colour before each line, and in one
/// file a part (<c>logs/&lt;name&gt;.log</c>; that of the run before is kept as <c>.1</c>).
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
    private readonly Dictionary<string, StreamWriter> _files = [];

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

    private StreamWriter FileOf(string name)
    {
        if (_files.TryGetValue(name, out var open))
            return open;
        var path = Path.Combine(_folder, $"{name}.log");
        if (File.Exists(path))
            File.Move(path, $"{path}.1", overwrite: true);
        return _files[name] = new StreamWriter(path) { AutoFlush = true };
    }
}
