using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace VideoGen.Egress.Tests;

/// <summary>One row of the corpus.</summary>
/// <param name="Section">Number of the section it stands in.</param>
public sealed record HostileUrl(int Line, int Section, string Url, bool Allowed, string Why);

/// <summary>The corpus and its fixtures, read from the embedded file.</summary>
internal static partial class HostileUrls
{
    static readonly string[] Lines = ReadLines();

    public static IReadOnlyList<HostileUrl> Rows { get; } = [.. ReadRows()];

    /// <summary>Scripted answers by name; a name that is not here has one public address.</summary>
    public static IReadOnlyDictionary<string, string> Dns { get; } = Fixtures("#dns");

    /// <summary>Status and Location by URL.</summary>
    public static IReadOnlyDictionary<string, string> Redirects { get; } = Fixtures("#redirect");

    public static IEnumerable<TestCaseData> Cases() => Rows.Select(row =>
        new TestCaseData(row).SetArgDisplayNames($"line {row.Line}: {(row.Allowed ? "allow" : "block")}: {row.Why}"));

    static string[] ReadLines()
    {
        using var reader = new StreamReader(typeof(HostileUrls).Assembly.GetManifestResourceStream("hostile-urls.tsv")!);
        return reader.ReadToEnd().Split('\n');
    }

    static IEnumerable<HostileUrl> ReadRows()
    {
        var section = 0;
        for (var line = 0; line < Lines.Length; line++)
        {
            if (SectionStart().Match(Lines[line]) is { Success: true } start) section = int.Parse(start.Groups[1].Value, CultureInfo.InvariantCulture);
            if (Lines[line].StartsWith('#') || Lines[line].Split('\t') is not [var url, var verdict, var why]) continue;
            yield return new HostileUrl(line + 1, section, Decode(url), verdict == "allow", why);
        }
    }

    static Dictionary<string, string> Fixtures(string kind) => Lines.Select(line => line.Split('\t'))
        .Where(parts => parts[0] == kind).ToDictionary(parts => parts[1], parts => parts[2], StringComparer.Ordinal);

    static string Decode(string text) => Escape().Replace(text, match => match.Value[1] switch
    {
        '\\' => "\\",
        't' => "\t",
        'r' => "\r",
        'n' => "\n",
        '0' => "\0",
        _ => ((char)int.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
    });

    [GeneratedRegex(@"^# --- (\d+)\.")]
    private static partial Regex SectionStart();

    [GeneratedRegex(@"\\(?:[\\trn0]|u[0-9A-Fa-f]{4})")]
    private static partial Regex Escape();
}

/// <summary>Answers names from the corpus' fixtures.</summary>
internal sealed class ScriptedResolver : INameResolver
{
    static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    int _rebindLookups;

    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct)
    {
        if (!HostileUrls.Dns.TryGetValue(host, out var script)) return [Public];
        switch (host)
        {
            case "rebind.example.com":
                return Interlocked.Increment(ref _rebindLookups) == 1 ? [Public] : [IPAddress.Loopback];
            case "nxdomain.example.com":
                throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound);
            case "empty.example.com":
                return [];
            case "slow-dns.example.com":
                await Task.Delay(Timeout.Infinite, ct);
                return [];
            case "many.example.com":
                return [.. Enumerable.Repeat(Public, 499), IPAddress.Loopback];
            default:
                return [.. script.Split("; ").Where(answer => !answer.StartsWith("CNAME", StringComparison.Ordinal)).Select(answer => IPAddress.Parse(answer.Split(' ')[1]))];
        }
    }
}
