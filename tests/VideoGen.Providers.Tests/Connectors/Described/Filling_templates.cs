using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>What customers and vendors write stays a value: it becomes no path, no host and no expression.</summary>
[TestFixture]
internal sealed class Filling_templates
{
    [TestCase("""{"a":"=x","b":"=y"}""", """{"x":1}""", """{"a":1}""")]
    [TestCase("""{"a":{"b":"=y"},"c":{}}""", "{}", """{"c":{}}""")]
    [TestCase("""["=x","=y",2]""", """{"x":false}""", "[false,2]")]
    [TestCase("""{"...":"=x","b":2}""", """{"x":{"a":1,"b":9}}""", """{"a":1,"b":2}""")]
    [TestCase("""{"a":"='='"}""", "{}", """{"a":"="}""")]
    [TestCase("""{"a":"=x"}""", """{"x":"=y"}""", """{"a":"=y"}""")]
    [TestCase("""{"a":"=x"}""", """{"x":6400000000123456}""", """{"a":6400000000123456}""")]
    [TestCase("""{"a":"=x"}""", """{"x":"2026-11-20T10:00:00Z"}""", """{"a":"2026-11-20T10:00:00Z"}""")]
    [TestCase("""{"a":"=length(x)"}""", """{"x":7}""", "null")]
    public void Holes_are_filled_and_empty_ones_left_out(string template, string scope, string filled) => Assert.That(
        Template.Compile(JsonElement.Parse(template)).Fill(Scope.TryParse(scope)!)?.ToJsonString() ?? "null", Is.EqualTo(filled));

    [TestCase("/v/{x}", "a b/c?d#e", "/v/a%20b%2Fc%3Fd%23e")]
    [TestCase("/v/{+x}", "owner/name", "/v/owner/name")]
    [TestCase("/v/{+x}", "owner/na me?x", "/v/owner/na%20me%3Fx")]
    [TestCase("/v/{x}", "..", null)]
    [TestCase("/v/{x}", ".", null)]
    [TestCase("/v/{x}", "", null)]
    [TestCase("/v/{+x}", "a/../b", null)]
    [TestCase("/v/{+x}", "/etc", null)]
    [TestCase("/v/{+x}", "a//b", null)]
    [TestCase("/v/{x}", "a\nb", null)]
    [TestCase("/v/{x}", "http://evil.example/", "/v/http%3A%2F%2Fevil.example%2F")]
    public void A_value_never_leaves_its_place_in_a_path(string path, string value, string? filled) => Assert.That(
        PathTemplate.Compile(path).Fill(Scope.Of(new JsonObject { ["x"] = value })), Is.EqualTo(filled));

    [TestCase("api.us1.bfl.ai", true)]
    [TestCase("API.BFL.AI", true)]
    [TestCase("bfl.ai", false)]
    [TestCase("evilbfl.ai", false)]
    [TestCase("bfl.ai.evil.example", false)]
    [TestCase(".bfl.ai", false)]
    [TestCase("exact.example", true)]
    [TestCase("not.exact.example", false)]
    public void A_host_belongs_only_where_the_description_says_so(string host, bool belongs) =>
        Assert.That(HostNames.IsAmong(host, ["*.bfl.ai", "exact.example"]), Is.EqualTo(belongs));

    /// <summary>One compiled expression serves all requests at once.</summary>
    [Test]
    public async Task An_expression_may_be_asked_by_many_at_once()
    {
        var expression = Expression.Compile("let $x = a in b[?n == $x].v | [0]");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(index => Task.Run(() =>
            expression.TextOf(Scope.TryParse($$"""{"a":{{index}},"b":[{"n":-1,"v":"no"},{"n":{{index}},"v":"{{index}}"}]}""")!))));
        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 200).Select(index => index.ToString())));
    }
}
