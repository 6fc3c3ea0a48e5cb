using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Tests.Errors;

[TestFixture]
public sealed class Reading_the_list_of_errors
{
    [Test]
    public void Every_code_is_there_once() => Assert.That(ErrorCodes.All.Select(code => code.Code), Is.Unique.And.Not.Empty);

    [Test]
    public void Every_code_is_snake_case() => Assert.That(ErrorCodes.All.Select(code => code.Code), Has.All.Match("^[a-z]+(_[a-z]+)*$"));

    [Test]
    public void Every_code_has_an_error_status_and_a_title() => Assert.Multiple(() =>
    {
        Assert.That(ErrorCodes.All.Select(code => code.Status), Has.All.InRange(400, 599));
        Assert.That(ErrorCodes.All.Select(code => code.Title), Has.All.Not.Empty);
        Assert.That(ErrorCodes.All.Where(code => code.Title.EndsWith('.')), Is.Empty);
    });

    [Test]
    public void A_limit_or_an_outage_may_be_tried_again() => Assert.That(
        ErrorCodes.All.Where(code => code.Status is 429 or >= 500).Select(code => code.Retryable), Is.All.True);

    [Test]
    public void A_name_finds_its_code() => Assert.That(ErrorCodes.All.Select(code => ErrorCodes.Find(code.Code)), Is.EqualTo(ErrorCodes.All));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("no_such_code")]
    [TestCase("NOT_FOUND")]
    public void A_name_that_is_none_is_an_internal_error(string? name) => Assert.That(ErrorCodes.Find(name), Is.SameAs(ErrorCodes.InternalError));

    [TestCase(401, "unauthorized")]
    [TestCase(403, "forbidden")]
    [TestCase(404, "not_found")]
    [TestCase(405, "method_not_allowed")]
    [TestCase(406, "not_acceptable")]
    [TestCase(412, "precondition_failed")]
    [TestCase(413, "payload_too_large")]
    [TestCase(415, "unsupported_media_type")]
    [TestCase(416, "range_not_satisfiable")]
    [TestCase(429, "rate_limited")]
    [TestCase(431, "headers_too_large")]
    [TestCase(500, "internal_error")]
    [TestCase(501, "internal_error")]
    [TestCase(502, "upstream_error")]
    [TestCase(503, "service_unavailable")]
    [TestCase(504, "timeout")]
    [TestCase(400, "invalid_request")]
    [TestCase(418, "invalid_request")]
    public void A_bare_status_finds_its_code(int status, string code) => Assert.That(ErrorCodes.ForStatus(status).Code, Is.EqualTo(code));
}
