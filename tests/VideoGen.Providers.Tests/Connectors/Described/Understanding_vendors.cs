namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>The requests that descriptions make and what they read in answers, by the examples of the vendors' own documents.</summary>
[TestFixture]
internal sealed class Understanding_vendors
{
    [TestCaseSource(typeof(Vector), nameof(Vector.All))]
    public void An_example_means_what_the_document_says(Vector vector) => Assert.That(vector.Happens(), Is.EqualTo(vector.Expected));

    [Test]
    public void Every_vendor_and_every_task_has_examples() => Assert.That(
        from vendor in Descriptions.All.Values
        from task in vendor.Tasks
        where !Vector.All.Select(one => (Vector)one.Arguments[0]!)
            .Any(vector => vector.Vendor == vendor.Name && ReferenceEquals(vector.Task, task.Value))
        select $"{vendor.Name}: {task.Key}", Is.Empty);
}
