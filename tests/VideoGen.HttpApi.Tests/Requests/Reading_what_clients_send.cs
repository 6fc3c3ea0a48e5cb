using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.HttpApi.Tests.Requests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Reading_what_clients_send
{
    [TestCase("{\"a\":1,\"b\":{\"c\":[1,{\"d\":1,\"d\":2}]},\"a\":2}", "a|b.c[1].d")]
    [TestCase("{\"a\":\"\\u0000\",\"b\":[\"x\",\"\\ud800\"],\"c\":\"\\udc00\\ud800\"}", "a|b[1]|c")]
    [TestCase("{\"a\":\"\\ud83c\\udfac\",\"b\":\"\\\\u0000\"}", "")]
    [TestCase("{\"a\":1,\"\\u0061\":2}", "a")]
    [TestCase("{\"a\":{\"x\":1},\"b\":{\"x\":1}}", "")]
    public void Names_every_fault_of_a_body_by_its_place(string json, string places)
    {
        var (_, _, refusal) = JsonBody.Parse(Encoding.UTF8.GetBytes(json));
        Assert.That(string.Join('|', refusal?.Problem.Errors?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()),
            Is.EqualTo(places));
    }

    [Test]
    public void Takes_exactly_the_bytes_that_are_json_in_sound_text()
    {
        var random = new Random(42);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes("{\"prompt\":\"a lighthouse 🎬\",\"n\":[1,2,{\"x\":null}]}");
            for (var change = random.Next(3); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var (_, root, refusal) = JsonBody.Parse(bytes);
            if (refusal is null) Assert.That(() =>
                JsonSerializer.Deserialize<JsonElement>(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes)),
                Throws.Nothing);
            else Assert.That(refusal.Problem.Status, Is.EqualTo(400));
            Assert.That(root.ValueKind, Is.EqualTo(refusal is null ? JsonValueKind.Object : JsonValueKind.Undefined));
        }
    }

    [Test]
    public void Stops_at_more_faults_than_anybody_reads()
    {
        var deep = string.Concat(Enumerable.Repeat($"{{\"{new string('n', 64)}\":", 50));
        var doubled = string.Concat(Enumerable.Repeat("\"x\":0,", 20_000));
        var (_, root, refusal) = JsonBody.Parse(Encoding.UTF8.GetBytes($"{deep}{{{doubled}\"y\":0}}{new string('}', 50)}"), new Faults());
        Assert.That((refusal?.Problem.Status, refusal?.Problem.Errors!.Count, root.ValueKind),
            Is.EqualTo(((int?)400, (int?)1, JsonValueKind.Undefined)));
    }

    [TestCase("application/x-www-form-urlencoded", true, null)]
    [TestCase("application/x-www-form-urlencoded", false, 415)]
    [TestCase("application/json; charset=utf8", false, null)]
    [TestCase("application/json; charset=\"UTF-8\"", false, null)]
    [TestCase("application/json; charset=latin1", false, 415)]
    public async Task Takes_json_by_its_type_unless_any_will_do(string type, bool ofAnyType, int? status)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = type;
        request.Body = new MemoryStream("{}"u8.ToArray());
        var (_, _, refusal) = await JsonBody.ReadAsync(request, 100, CancellationToken.None, ofAnyType: ofAnyType);
        Assert.That(refusal?.Problem.Status, Is.EqualTo(status));
    }

    [TestCase("a", false)]
    [TestCase("🎬", false)]
    [TestCase("é", false)]
    [TestCase(".", false)]
    [TestCase("", true)]
    [TestCase(" \t\r\n", true)]
    [TestCase("\u00a0\u2003\u3000", true)]
    [TestCase("\u200b\u200c\u200d\u2060\ufeff", true)]
    [TestCase("\u00ad\u034f\u061c\u180e", true)]
    [TestCase("\u115f\u1160\u3164\uffa0", true)]
    [TestCase("\u2800\u2800", true)]
    [TestCase("\ufe0f\u200d\ufe0f", true)]
    [TestCase("\U000e0001\U000e0020", true)]
    [TestCase("\u202e\u2066", true)]
    public void Knows_a_text_that_shows_nothing(string text, bool blank) => Assert.That(TextRules.IsBlank(text), Is.EqualTo(blank));

    [TestCase("2026-01-31T12:00:00Z", true)]
    [TestCase("2026-01-31T12:00:00.123456+02:00", true)]
    [TestCase("2026-01-31T12:00:00", false)]
    [TestCase("2026-01-31", false)]
    [TestCase("2026-01-31 12:00:00Z", false)]
    [TestCase("31.01.2026 12:00", false)]
    [TestCase("2026-02-30T12:00:00Z", false)]
    [TestCase("1769860800", false)]
    [TestCase(" 2026-01-31T12:00:00Z", false)]
    [TestCase("2026-01-31T12:00:00Z\n", false)]
    public void Knows_a_time_by_its_offset(string text, bool isTime) => Assert.That(TimeText.TryParse(text, out _), Is.EqualTo(isTime));

    [TestCase("0194d3a0-0000-7000-8000-000000000000", true)]
    [TestCase("0194D3A0-0000-7000-8000-000000000000", true)]
    [TestCase("{0194d3a0-0000-7000-8000-000000000000}", false)]
    [TestCase("(0194d3a0-0000-7000-8000-000000000000)", false)]
    [TestCase("0194d3a0000070008000000000000000", false)]
    [TestCase(" 0194d3a0-0000-7000-8000-000000000000", false)]
    [TestCase("0194d3a0-0000-7000-8000-000000000000 ", false)]
    [TestCase("{0x0194d3a0,0x0000,0x7000,{0x80,0x00,0x00,0x00,0x00,0x00,0x00,0x00}}", false)]
    public void Knows_an_id_in_one_form(string text, bool isId) => Assert.That(IdText.TryParse(text, out _), Is.EqualTo(isId));

    [TestCase("?limit=5&kind=video", "")]
    [TestCase("?limit=", "limit")]
    [TestCase("?limit", "limit")]
    [TestCase("?limit=5&limit=5", "limit")]
    [TestCase("?Limit=5", "Limit")]
    [TestCase("?limit=%35", "")]
    [TestCase("?limit=%FF&kind=%00", "kind limit")]
    [TestCase("?tset=true&kind=film&limit=+5", "kind limit tset")]
    [TestCase("?since=2026-01-31T12:00:00+01:00", "")]
    [TestCase("?since=2026-01-31T12:00:00", "since")]
    [TestCase("?%C3%28=1", "query")]
    [TestCase("?&&", "")]
    [TestCase("??limit=5", "?limit")]
    public void Names_every_fault_of_a_query(string query, string names)
    {
        var faults = new Faults();
        RequestRules.CheckQuery(query,
            [QueryParameter.Limit(100, 20), QueryParameter.Word("kind", "", "video", "image"), QueryParameter.Time("since", "")], faults);
        Assert.That(string.Join(' ', faults.ByField.Keys.Order(StringComparer.Ordinal)), Is.EqualTo(names));
    }

    [Test]
    public void Shows_a_made_up_name_short_and_without_controls() =>
        Assert.That(Faults.Shown("\u001b[31m" + new string('x', 500)), Has.Length.EqualTo(64).And.Not.Contain("\u001b"));

    [Test]
    public void Says_what_a_server_refused_in_words_of_its_own() =>
        Assert.That(((int[])[400, 408, 411, 413, 414, 431, 505]).Select(status => Problems.OfServer(status).Status),
            Is.EqualTo(new[] { 400, 408, 411, 413, 414, 431, 505 }));
}
