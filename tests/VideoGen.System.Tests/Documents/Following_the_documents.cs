namespace VideoGen.System.Tests.Documents;

/// <summary>
/// The five documents, block by block: programs run as they stand, requests are sent, and the answers have the shape of the examples.
/// A block that stands in no list fails the test.
/// </summary>
[TestFixture]
public sealed class Following_the_documents
{
    static readonly IReadOnlyList<Sample> All = [.. VividFlowSamples.All, .. VydraSamples.All, .. AiStudioSamples.All, .. VslSamples.All, .. VisualizrSamples.All];

    static IEnumerable<TestCaseData> Runnable =>
        All.Where(sample => sample.RunAsync is not null).Select(sample => new TestCaseData(sample).SetArgDisplayNames(sample.ToString()));

    static IEnumerable<Document> Documents => All.Select(sample => sample.Document).Distinct();

    [TestCaseSource(nameof(Runnable))]
    public async Task Does_what_the_document_shows(object sample) => await ((Sample)sample).RunAsync!();

    [TestCaseSource(nameof(Documents))]
    public void Has_a_place_for_every_block(object document)
    {
        var blocks = ((Document)document).Blocks.Select(block => block.Place);
        Assert.That(All.Where(sample => sample.Document == document).SelectMany(sample => sample.Places), Is.EquivalentTo(blocks));
    }

    [Test]
    public void Says_why_it_leaves_a_block_alone() =>
        Assert.That(All.Where(sample => sample.RunAsync is null && string.IsNullOrWhiteSpace(sample.Reason)), Is.Empty);
}
