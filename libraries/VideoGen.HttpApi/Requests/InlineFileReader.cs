using System.Security.Cryptography;
using System.Text;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// Takes the long data URIs out of a JSON body while it comes, so that what is parsed, compared and kept stays small:
/// <list type="number">
/// <item>Bytes outside of strings, and the first of each string, are kept as they are.</item>
/// <item>A string that begins with <c>data:</c> and reaches <see cref="LeastLength"/> characters, escapes resolved, goes to an
/// <see cref="InlineText"/>; a mark with the hash of its text takes its place, the same for the same text.</item>
/// </list>
/// No text that a model takes is that long. Whether the body is JSON is for the parser to say.
/// </summary>
internal sealed class InlineFileReader(long longestText) : IAsyncDisposable
{
    public const int LeastLength = 8 * 1024;
    public const string Mark = "data:,*";
    const int MostFiles = 64;

    readonly MemoryStream _json = new();
    readonly Dictionary<string, InlineText> _files = new(StringComparer.Ordinal);
    readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    readonly byte[] _head = new byte[LeastLength];

    bool _inString;
    long _start;
    int _length;
    int _escapeLength;
    int _escaped;
    InlineText? _text;
    IncrementalHash? _hash;
    bool _isBroken;
    bool _isTaken;

    /// <summary>What is left of the body: more than this is no JSON with a few files in it.</summary>
    public long JsonLength => _json.Length;

    public bool IsTooLarge { get; private set; }

    public (byte[] Json, InlineFiles Files) End()
    {
        // A string without an end: the JSON has none either, and the text is disposed with the others.
        if (_text is not null) _files[Mark] = _text;
        _isTaken = true;
        return (_json.ToArray(), new InlineFiles(_files, _broken));
    }

    /// <summary>What was read of a body that broke off is let go of; what <see cref="End"/> gave away is its taker's.</summary>
    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        _hash?.Dispose();
        if (_isTaken) return;
        if (_text is not null) await _text.DisposeAsync();
        foreach (var file in _files.Values) await file.DisposeAsync();
    }

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && !IsTooLarge)
        {
            if (_text is not null)
            {
                bytes = ReadLong(bytes);
                continue;
            }
            var one = bytes[0];
            bytes = bytes[1..];
            _json.WriteByte(one);
            if (_inString) ReadShort(one);
            else if (one == '"') (_inString, _length, _start) = (true, 0, _json.Length);
        }
    }

    void ReadShort(byte one)
    {
        if (_escapeLength == 0 && one == '"')
        {
            _inString = false;
            return;
        }
        if (Unescape(one) is not { } character) return;
        if (_length < LeastLength) _head[_length] = character;
        if (++_length == LeastLength && DataUri.Is(Encoding.Latin1.GetString(_head, 0, 8))) BeginLong();
    }

    void BeginLong()
    {
        _json.SetLength(_start);
        _text = new InlineText();
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = DataUri.ReadHead(Encoding.Latin1.GetString(_head, 0, DataUri.MaxHeadLength));
        _isBroken = head is not { } found || !DataUri.IsBase64(_head.AsSpan(found.ContentStart));
        Append(_head);
    }

    ReadOnlySpan<byte> ReadLong(ReadOnlySpan<byte> bytes)
    {
        if (_escapeLength > 0 || bytes[0] == '\\')
        {
            if (Unescape(bytes[0]) is { } character) AppendContent([character]);
            return bytes[1..];
        }
        var end = bytes.IndexOfAny((byte)'"', (byte)'\\');
        AppendContent(end < 0 ? bytes : bytes[..end]);
        if (end < 0) return [];
        if (bytes[end] == '\\') return bytes[end..];
        EndLong();
        return bytes[(end + 1)..];
    }

    void AppendContent(ReadOnlySpan<byte> content)
    {
        _isBroken |= !DataUri.IsBase64(content);
        if (!_isBroken) Append(content);
    }

    void Append(ReadOnlySpan<byte> text)
    {
        _text!.Append(text);
        _hash!.AppendData(text);
        IsTooLarge |= _text.Length > longestText;
    }

    void EndLong()
    {
        var mark = Mark + Convert.ToHexStringLower(_hash!.GetHashAndReset());
        if (_isBroken) _broken.Add(mark);
        // The same text once more: the first is enough, this one is only kept to be disposed.
        if (!_files.TryAdd(mark, _text!)) _files[$"{mark} {_files.Count}"] = _text!;
        IsTooLarge |= _files.Count > MostFiles;
        _hash.Dispose();
        (_text, _hash, _inString) = (null, null, false);
        _json.Write(Encoding.ASCII.GetBytes(mark));
        _json.WriteByte((byte)'"');
    }

    /// <summary>
    /// The character that a byte of a string ends; null within an escape. What is past ASCII counts as one that no URI has.
    /// </summary>
    byte? Unescape(byte one)
    {
        const byte foreign = 0xFF;
        switch (_escapeLength)
        {
            case 0 when one != '\\':
                return one;
            case 0:
                _escapeLength = 1;
                return null;
            case 1 when one != 'u':
                _escapeLength = 0;
                return one is (byte)'/' or (byte)'"' or (byte)'\\' ? one : foreign;
            case 1:
                (_escapeLength, _escaped) = (2, 0);
                return null;
            default:
                _escaped = (_escaped << 4) | (Uri.IsHexDigit((char)one) ? Uri.FromHex((char)one) : 0);
                if (++_escapeLength < 6) return null;
                _escapeLength = 0;
                return _escaped < 0x80 ? (byte)_escaped : foreign;
        }
    }
}
