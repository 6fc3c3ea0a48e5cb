using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.HttpApi.Tests.Requests;

/// <summary>Bodies made at random: files of many sizes, in any spelling that JSON allows, in pieces of any length.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Reading_files_in_a_body
{
    const int JsonLimit = 64 * 1024;
    const long FileLimit = 2_000_000;

    [Test]
    public async Task Keeps_every_text_as_it_was_meant()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var uris = Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => Uri(random, random.Next(3) switch { 0 => 40, 1 => 20_000, _ => 400_000 })).ToList();
            uris.Add(uris[0]);
            var texts = uris.Append("data: is a word").Append("").ToList();
            var (files, root, refusal) = await ReadAsync(Body(texts, random), random);
            await using var held = files;
            Assert.That(refusal, Is.Null, $"seed {seed}");
            var meant = root.GetProperty("list").EnumerateArray().Select(item => TextOf(files, item.GetString()!)).ToList();
            Assert.That(meant, Is.EqualTo(texts), $"seed {seed}");
            using var restored = files.Restore(Encoding.UTF8.GetBytes(root.GetRawText()));
            var again = JsonNode.Parse(await restored.ReadAsByteArrayAsync())!["list"]!.AsArray().Select(item => item!.GetValue<string>());
            Assert.That(again, Is.EqualTo(texts), $"seed {seed}");
            Assert.That(restored.Headers.ContentLength, Is.EqualTo((await restored.ReadAsByteArrayAsync()).Length));
        }
    }

    [Test]
    public async Task Means_the_same_in_every_spelling()
    {
        var uri = Uri(new Random(1), 30_000);
        var forms = new List<string>();
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var (files, root, _) = await ReadAsync(Body([uri], random), random);
            await using var held = files;
            forms.Add(CanonicalJson.TextOf(root));
        }
        var (otherFiles, other, _) = await ReadAsync(Body([Uri(new Random(2), 30_000)], new Random(0)), new Random(0));
        await using var alsoHeld = otherFiles;
        Assert.That(forms.Distinct().ToList(), Has.Count.EqualTo(1));
        Assert.That(forms[0], Is.Not.EqualTo(CanonicalJson.TextOf(other)));
    }

    [TestCase(" ")]
    [TestCase("\\n")]
    [TestCase("-")]
    [TestCase("_")]
    [TestCase("%2B")]
    [TestCase("é")]
    [TestCase("\\u0000")]
    [TestCase("\\\"")]
    public async Task Names_a_file_that_goes_on_as_something_else(string stranger)
    {
        var uri = Uri(new Random(3), 60_000);
        foreach (var place in (int[])[40, 9_000, uri.Length - 1])
        {
            var text = $$$"""{"input":{"images":["x","{{{uri[..place]}}}{{{stranger}}}{{{uri[place..]}}}"]}}""";
            var (_, _, refusal) = await ReadAsync(Encoding.UTF8.GetBytes(text), new Random(place));
            Assert.That(refusal?.Problem.Errors?.Keys.Single(), Is.EqualTo("input.images[1]"), $"{stranger} at {place}");
        }
    }

    [Test]
    public async Task Refuses_what_is_too_large()
    {
        var random = new Random(4);
        var large = await ReadAsync(Body([Uri(random, (int)FileLimit + 3_000)], random), random);
        var padded = await ReadAsync(Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', JsonLimit) + "\"}"), random);
        Assert.That((large.Refusal?.Problem.Code, padded.Refusal?.Problem.Code),
            Is.EqualTo((ErrorCodes.PayloadTooLarge.Code, ErrorCodes.PayloadTooLarge.Code)));
    }

    [Test]
    public async Task Refuses_a_body_that_ends_in_a_file()
    {
        var whole = Body([Uri(new Random(5), 50_000)], new Random(6));
        var (_, _, refusal) = await ReadAsync(whole[..^1_000], new Random(5));
        Assert.That(refusal?.Problem.Code, Is.EqualTo(ErrorCodes.MalformedJson.Code));
    }

    [Test]
    public async Task Names_the_files_in_places_that_take_none()
    {
        var uri = Uri(new Random(7), 20_000);
        var (files, root, _) =
            await ReadAsync(Encoding.UTF8.GetBytes($$$"""{"a":"{{{uri}}}","input":{"image":"{{{uri}}}","b":["{{{uri}}}"]}}"""),
            new Random(7));
        await using var held = files;
        var faults = new Faults();
        files.AddStray(root, "", path => path == "input.image", faults);
        Assert.That(faults.ByField.Keys, Is.EqualTo(new[] { "a", "input.b[0]" }));
    }

    static string TextOf(InlineFiles files, string text) =>
        files.Find(text) is { } file ? new StreamReader(file.From(0)).ReadToEnd() : text;

    static string Uri(Random random, int bytes)
    {
        var content = new byte[bytes];
        random.NextBytes(content);
        return "data:image/png;base64," + Convert.ToBase64String(content);
    }

    /// <summary>Every character as itself or as an escape; mostly as itself.</summary>
    static byte[] Body(IReadOnlyList<string> texts, Random random)
    {
        var json = new StringBuilder("{ \"note\" : \"say \\\"data:\\\" \\\\\", \"list\":[");
        for (var i = 0; i < texts.Count; i++)
        {
            json.Append(i == 0 ? "\"" : ", \"");
            foreach (var c in texts[i])
            {
                if (random.Next(100) == 0) json.Append($"\\u{(int)c:x4}");
                else if (c == '/' && random.Next(2) == 0) json.Append("\\/");
                else json.Append(c);
            }
            json.Append('"');
        }
        return Encoding.UTF8.GetBytes(json.Append("]}").ToString());
    }

    static Task<(InlineFiles Files, JsonElement Root, ProblemAnswer? Refusal)> ReadAsync(byte[] body, Random random)
    {
        var context = new DefaultHttpContext { Request = { ContentType = "application/json", Body = new Pieces(body, random) } };
        return JsonBody.ReadWithFilesAsync(context.Request, JsonLimit, FileLimit, CancellationToken.None);
    }

    /// <summary>Comes in pieces of any length.</summary>
    sealed class Pieces(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 40_000))], cancellationToken);
    }
}
