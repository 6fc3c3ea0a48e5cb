using System.Text;

namespace VideoGen.HttpApi.Requests;

/// <summary>The text of a data URI, however long: a small one is in memory, a long one in a file that has no name any more.</summary>
public sealed class InlineText : IAsyncDisposable
{
    const int MostInMemory = 256 * 1024;

    Stream _text = new MemoryStream();

    public long Length => _text.Length;

    public static InlineText Of(string text)
    {
        var mine = new InlineText();
        mine.Append(Encoding.UTF8.GetBytes(text));
        return mine;
    }

    /// <summary>Its first characters.</summary>
    public string Head()
    {
        var bytes = new byte[Math.Min(DataUri.MaxHeadLength, Length)];
        _text.Position = 0;
        _text.ReadExactly(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>To be read from a place on, by one reader at a time; it stays this object's.</summary>
    public Stream From(int start)
    {
        _text.Position = start;
        return _text;
    }

    public ValueTask DisposeAsync() => _text.DisposeAsync();

    internal void Append(ReadOnlySpan<byte> text)
    {
        if (_text is MemoryStream memory && memory.Length + text.Length > MostInMemory) _text = ToFile(memory);
        _text.Write(text);
    }

    static FileStream ToFile(MemoryStream memory)
    {
        var path = Path.Combine(Path.GetTempPath(), $"videogen-{Guid.NewGuid():n}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous,
            BufferSize = MostInMemory / 4,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        // Whatever ends this process, nothing stays.
        File.Delete(path);
        memory.WriteTo(file);
        memory.Dispose();
        return file;
    }
}
