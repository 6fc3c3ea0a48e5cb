using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using VideoGen.Cli;
using VideoGen.Cli.Running;
using VideoGen.Cli.Terminals;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>Names and texts of others: whatever they hold, the terminal shows text and the disk gets plain names.</summary>
[TestFixture]
public sealed class Handling_hostile_texts
{
    static readonly string[] Pieces =
    [
        "..", "/", "\\", "~", "a", "é", "漢", "😀", "\0", "\u001b", "[", "]", "0;", "\a", "\u001b\\", "\u009b", "\u009d", "\u202e",
            "\u2066", "\u2028", "\r", "\n", "\t", "C:",
        "CON", ".", "-", " ", "%2f", "m", "P", "x", "\u007f", "\ud800", "\u200f", "con.mp4", "$(rm)", "`", "'", "\"",
    ];

    /// <summary><c>VIDEOGEN_PROPERTY_RUNS</c> makes it longer.</summary>
    static int Runs => int.TryParse(Environment.GetEnvironmentVariable("VIDEOGEN_PROPERTY_RUNS"), out var runs) ? runs : 3000;

    [Test]
    public void Any_text_becomes_a_plain_name_in_the_folder()
    {
        foreach (var text in Texts(1))
        {
            var name = ResultName.Of(text, text + "1", 0, 2, text);
            Assert.That(Path.GetFileName(name), Is.EqualTo(name), Shown(text));
            Assert.That(Path.GetFullPath(Path.Combine("/out", name)), Is.EqualTo($"/out/{name}"), Shown(text));
            Assert.That(name, Does.Not.StartWith(".").And.Not.StartWith("-"), Shown(text));
            Assert.That(name.Any(char.IsControl) || name.Contains('\\') || name.Contains(':')
                || Encoding.UTF8.GetByteCount(name) > 200, Is.False, Shown(text));
            Assert.That(name.Split('.')[0].ToUpperInvariant(), Is.Not.AnyOf("CON", "NUL", "PRN", "AUX"), Shown(text));
        }
    }

    [Test]
    public void Any_text_is_shown_without_commands_to_the_terminal()
    {
        foreach (var text in Texts(2))
        {
            foreach (var safe in new[] { SafeText.Of(text), SafeText.Line(text) })
            {
                Assert.That(safe.Any(letter => char.IsControl(letter) && letter is not '\n' and not '\t'), Is.False, Shown(text));
                Assert.That(safe.IndexOfAny(['\u202e', '\u2066', '\u200f', '\u2028']), Is.EqualTo(-1), Shown(text));
            }
            Assert.That(SafeText.Line(text), Does.Not.Contain("\n"));
            Assert.That(SafeText.Of(SafeText.Of(text)), Is.EqualTo(SafeText.Of(text)), Shown(text));
        }
    }

    /// <summary>In the cases ␛ stands for ESC, ␇ for BEL, ␍ for CR, ␊ for LF and § for the CSI of one character, which no test's
    /// name may hold.</summary>
    [TestCase("a␛[31mred␛[0m b", "ared b")]
    [TestCase("a␛]0;title␇b", "ab")]
    [TestCase("a␛]52;c;ZXZpbA==␛\\b", "ab")]
    [TestCase("a§2Jb", "ab")]
    [TestCase("a␛Pq␛\\b␍c", "abc")]
    [TestCase("a␛]0;never ends␊b", "a␊b")]
    [TestCase("a␛␛[2Jb␛", "ab")]
    [TestCase("Grüße, 漢字 and 😀", "Grüße, 漢字 and 😀")]
    public void Keeps_what_is_text(string text, string expected) => Assert.That(SafeText.Of(Real(text)), Is.EqualTo(Real(expected)));

    static string Real(string text) =>
        text.Replace('␛', '\u001b').Replace('␇', '\a').Replace('␍', '\r').Replace('␊', '\n').Replace('§', '\u009b');

    [TestCase("whole", ExitCodes.Done, 1)]
    [TestCase("broken in the middle", ExitCodes.Done, 1)]
    [TestCase("another file than it says", ExitCodes.Unexpected, 0)]
    [TestCase("longer than it says", ExitCodes.Unexpected, 0)]
    public async Task A_file_is_there_whole_or_not_at_all(string how, int exit, int files)
    {
        using var home = new Home();
        var content = RandomNumberGenerator.GetBytes(300_000);
        var wasBroken = false;
        await using var api = await ScriptedApi.StartAsync(async (asked, context) =>
        {
            if (asked.Line == "GET /file") wasBroken = await SendAsync(context, content, how, wasBroken);
            else await context.Response.WriteAsync(JobWith(content, $"http://{context.Request.Host}/file").ToJsonString());
        });
        var cli = new CliProgram(home.Path);
        await cli.RunAsync("login", "--server", api.Address, "--api-key", "vg_test_x");
        var folder = Path.Combine(home.Path, "out");
        var run = await cli.RunAsync("jobs", "download", "1", "--out", folder);

        Assert.That(run.ExitCode, Is.EqualTo(exit), run.ToString());
        Assert.That(Directory.GetFileSystemEntries(folder), Has.Length.EqualTo(files));
        if (files > 0) Assert.That(await File.ReadAllBytesAsync(run.Output.Trim()), Is.EqualTo(content));
        Assert.That(
            api.Asked.Where(asked => asked.Line == "GET /file").All(asked => asked.Headers.Authorization.Count == 0), Is.True,
            "a link is signed; the key stays here");
    }

    /// <summary>The second request for a file that broke says from where.</summary>
    static async Task<bool> SendAsync(HttpContext context, byte[] content, string how, bool wasBroken)
    {
        if (how == "another file than it says") content = RandomNumberGenerator.GetBytes(content.Length);
        if (how == "longer than it says") content = [.. content, .. content];
        if (how == "broken in the middle" && !wasBroken)
        {
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content.AsMemory(0, 100_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        }
        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        await context.Response.Body.WriteAsync(content.AsMemory(from));
        return wasBroken;
    }

    static JsonObject JobWith(byte[] content, string url) => new()
    {
        ["id"] = "00000000-0000-4000-8000-000000000001", ["status"] = "completed", ["model"] = "../../\u001b[2Jm",
            ["email"] = "a@example.com",
        ["output"] = new JsonObject
        {
            ["assets"] = new JsonArray(new JsonObject
            {
                ["url"] = url, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size_bytes"] = content.Length,
                    ["media_type"] = "video/mp4",
            }),
        },
    };

    static IEnumerable<string> Texts(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < Runs; run++)
            yield return string.Concat(Enumerable.Range(0, random.Next(0, 60)).Select(_ => Pieces[random.Next(Pieces.Length)]));
    }

    static string Shown(string text) => Uri.EscapeDataString(text.Replace("\ud800", "?", StringComparison.Ordinal));
}
