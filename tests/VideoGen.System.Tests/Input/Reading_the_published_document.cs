using System.Text.Json;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Input;

/// <summary>The committed <c>docs/openapi/v1.json</c> is what a running system publishes. <c>UPDATE_SNAPSHOTS=1</c> writes it anew.</summary>
[TestFixture]
public sealed class Reading_the_published_document
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    [Test]
    public async Task Finds_it_as_it_was_committed()
    {
        var api = await ApiDocument.FetchAsync();
        var now = api.Document.ToJsonString(Readable) + "\n";
        Assert.That(now, Is.EqualTo(Snapshot.Committed("docs/openapi/v1.json", now)));
    }
}
