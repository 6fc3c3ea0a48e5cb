using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using VideoGen.Storage.Assets;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Planning_an_answer_with_bytes
{
    const string Tag = "\"abc\"";

    static readonly DateTimeOffset Modified = DateTimeOffset.Parse("2026-11-20T12:00:00Z");

    [TestCase("bytes=0-99", 206, 0, 100)]
    [TestCase("bytes=0-0", 206, 0, 1)]
    [TestCase("bytes=999-", 206, 999, 1)]
    [TestCase("bytes=500-", 206, 500, 500)]
    [TestCase("bytes=500-100000", 206, 500, 500)]
    [TestCase("bytes=-1", 206, 999, 1)]
    [TestCase("bytes=-1000", 206, 0, 1000)]
    [TestCase("bytes=-5000", 206, 0, 1000)]
    [TestCase("bytes=1000-", 416, 0, 0)]
    [TestCase("bytes=1000-2000", 416, 0, 0)]
    [TestCase("bytes=-0", 416, 0, 0)]
    [TestCase("bytes=0-9,20-29", 200, 0, 1000)]
    [TestCase("bytes=9-0", 200, 0, 1000)]
    [TestCase("bytes=", 200, 0, 1000)]
    [TestCase("bytes=a-b", 200, 0, 1000)]
    [TestCase("items=0-9", 200, 0, 1000)]
    [TestCase("bytes=99999999999999999999-", 200, 0, 1000)]
    [TestCase("nonsense", 200, 0, 1000)]
    public void Reads_a_range(string range, int status, long offset, long length) =>
        Assert.That(Decide(("Range", range)), Is.EqualTo(new ContentPlan(status, offset, length)));

    [Test]
    public void Gives_a_range_only_for_a_get() =>
        Assert.That(Decide("HEAD", ("Range", "bytes=0-9")), Is.EqualTo(new ContentPlan(200, 0, 1000)));

    [TestCase("If-Range", Tag, 206)]
    [TestCase("If-Range", "W/\"abc\"", 200)]
    [TestCase("If-Range", "\"other\"", 200)]
    [TestCase("If-Range", "Fri, 20 Nov 2026 12:00:00 GMT", 206)]
    [TestCase("If-Range", "Fri, 20 Nov 2026 11:59:59 GMT", 200)]
    [TestCase("If-Range", "Fri, 20 Nov 2026 12:00:01 GMT", 200)]
    public void Gives_a_range_only_of_what_the_client_knows(string header, string value, int status) =>
        Assert.That(Decide((header, value), ("Range", "bytes=0-9")).Status, Is.EqualTo(status));

    [TestCase("If-None-Match", Tag, 304)]
    [TestCase("If-None-Match", "W/\"abc\"", 304)]
    [TestCase("If-None-Match", "\"x\", \"abc\"", 304)]
    [TestCase("If-None-Match", "*", 304)]
    [TestCase("If-None-Match", "\"x\"", 200)]
    [TestCase("If-Modified-Since", "Fri, 20 Nov 2026 12:00:00 GMT", 304)]
    [TestCase("If-Modified-Since", "Fri, 20 Nov 2026 11:00:00 GMT", 200)]
    [TestCase("If-Match", Tag, 200)]
    [TestCase("If-Match", "*", 200)]
    [TestCase("If-Match", "\"x\"", 412)]
    [TestCase("If-Match", "W/\"abc\"", 412)]
    [TestCase("If-Unmodified-Since", "Fri, 20 Nov 2026 11:00:00 GMT", 412)]
    [TestCase("If-Unmodified-Since", "Fri, 20 Nov 2026 12:00:00 GMT", 200)]
    [TestCase("If-Modified-Since", "yesterday", 200)]
    public void Heeds_conditions(string header, string value, int status) => Assert.That(Decide((header, value)).Status, Is.EqualTo(status));

    [Test]
    public void Prefers_tags_to_times() =>
        Assert.That(Decide(("If-None-Match", "\"x\""), ("If-Modified-Since", "Fri, 20 Nov 2026 12:00:00 GMT")).Status, Is.EqualTo(200));

    static ContentPlan Decide(params (string Name, string Value)[] headers) => Decide("GET", headers);

    static ContentPlan Decide(string method, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        foreach (var (name, value) in headers) request.Headers[name] = value;
        return ContentPlan.Decide(request, 1000, new EntityTagHeaderValue(Tag), Modified);
    }
}
