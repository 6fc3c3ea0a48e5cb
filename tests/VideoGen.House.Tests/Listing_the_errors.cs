using System.Text;
using VideoGen.HttpApi.Errors;
using VideoGen.Testing;

namespace VideoGen.House.Tests;

/// <summary><c>docs/api/errors.md</c> lists exactly the codes of the code. <c>UPDATE_SNAPSHOTS=1</c> writes it anew.</summary>
[TestFixture]
public sealed class Listing_the_errors
{
    const string Document = "docs/api/errors.md";

    [Test]
    public void Finds_every_code_in_the_document()
    {
        var now = Draw();
        Assert.That(Snapshot.Committed(Document, now), Is.EqualTo(now));
    }

    [Test]
    public void Finds_each_code_once() => Assert.That(ErrorCodes.All.Select(code => code.Code), Is.Unique);

    static string Draw()
    {
        var text = new StringBuilder("""
            # Errors

            Every refused request answers `application/problem+json` with these members: `type`, `title`, `status`, `code`, `detail`,
            `retryable`, `trace_id`, and `errors` (field to texts) where fields are at fault. A failed job carries the same codes in
            `error.code`. *Retry* says whether the same request may succeed later. Every job that does not complete gives its held
            credits back.

            | code | status | retry | meaning |
            |---|---|---|---|

            """);
        foreach (var code in ErrorCodes.All)
            text.Append($"| `{code.Code}` | {code.Status} | {(code.Retryable ? "yes" : "no")} | {code.Title} |\n");
        return text.ToString();
    }
}
