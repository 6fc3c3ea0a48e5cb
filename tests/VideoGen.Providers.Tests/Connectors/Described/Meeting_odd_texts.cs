using System.Text;
using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>Texts of customers and vendors that our own tools can't take as they are.</summary>
[TestFixture]
internal sealed class Meeting_odd_texts
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Test]
    public void A_long_error_is_never_cut_within_a_sign([Range(985, 1001)] int length, [Values(200, 400)] int status)
    {
        var vendor = Descriptions.Of("kling");
        var text = JsonSerializer.Serialize(new { code = 1201, message = new string('x', length) }).TrimEnd('}', '"') + "😀😀😀😀";
        var answer = new VendorAnswer("x", status, Encoding.UTF8.GetBytes(text), "application/json", RetryAfter: null,
            VendorStatus.RefusalOf(status, text, retryAfter: null));
        var work = RequestWriter.ScopeOf(new VendorWork(Guid.Empty, "v", "m"), settings: null);
        var read = new AnswerReader(vendor, vendor.Tasks["text2video"]).ReadCreate(answer, Guid.Empty, work, DateTimeOffset.UnixEpoch);
        var detail = read is CreateAnswer.Refused refused ? refused.Refusal.Detail! : ((CreateAnswer.Unknown)read).Detail;
        Assert.That(() => Strict.GetBytes(detail), Throws.Nothing);
    }

    /// <summary>Expressions know no such number and no such depth; an empty request must not be sent in its place.</summary>
    [TestCase("""{"prompt":"fox","seed":1e400}""")]
    [TestCase("""{"prompt":"fox","deep":DEEP}""")]
    public async Task Input_that_no_request_can_be_made_of_is_refused_and_not_sent(string input)
    {
        var host = await SimulatedHost.GetAsync();
        var (cases, one) = (new VendorCases(host.Vendors, host.Providers), new Spoken("ark", "video"));
        var deep = new string('[', 63) + new string(']', 63);
        var request = cases.Request(one) with { Input = JsonElement.Parse(input.Replace("DEEP", deep, StringComparison.Ordinal)) };
        var bought = host.Vendors["ark"].Accepted.Count;
        var answer = await cases.Connector(one).CreateAsync(request, CancellationToken.None);
        Assert.That((answer as CreateAnswer.Refused)?.Refusal.Kind, Is.EqualTo(RefusalKind.Input));
        Assert.That(host.Vendors["ark"].Accepted, Has.Count.EqualTo(bought));
    }

    /// <summary>It is made for each call, so that it is in no list of secrets.</summary>
    [Test]
    public void A_token_that_a_vendor_repeats_is_blotted_out_to_its_end([Values("k", "key", "a-key-of-some-length")] string key)
    {
        var options = new DescribedVendorOptions { ApiKey = key, ApiSecret = "a-secret-of-some-length" };
        options.Describe(Descriptions.Of("kling"));
        using var request = new HttpRequestMessage();
        options.Authorize(request);
        var token = request.Headers.Authorization!.Parameter!;
        var echo = Encoding.UTF8.GetBytes($$"""{"a":"{{token}}","b":1}""");
        var cleaned = new SecretRedaction(options.Secrets, options.TokenStarts).Clean(echo);
        Assert.That(Encoding.UTF8.GetString(cleaned), Is.EqualTo("""{"a":"***","b":1}"""));
    }
}
