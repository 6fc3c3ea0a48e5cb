using System.Text.Json.Nodes;

namespace VideoGen.System.Tests.Documents;

/// <summary>Some blocks of a document and what is done to show that they hold.</summary>
/// <param name="Places">The blocks' places.</param>
/// <param name="RunAsync">Runs or sends them; null for what is no program, request or answer.</param>
/// <param name="Reason">Why nothing is run.</param>
sealed record Sample(Document Document, IReadOnlyList<string> Places, Func<Task>? RunAsync, string? Reason = null)
{
    /// <summary>A block, or several of one exchange, that are put to the test.</summary>
    public static Sample Of(Document document, string place, Func<Block, Task> run) => new(document, [place], () => run(document[place]));

    public static Sample Of(Document document, string place, string second, Func<Block, Block, Task> run) =>
        new(document, [place, second], () => run(document[place], document[second]));

    public static Sample Of(Document document, string place, string second, string third, Func<Block, Block, Block, Task> run) =>
        new(document, [place, second, third], () => run(document[place], document[second], document[third]));

    /// <summary>A block with nothing in it that could run against a system.</summary>
    public static Sample Nothing(Document document, string place, string reason) => new(document, [place], RunAsync: null, reason);

    /// <summary>Fails when the answer is not of the example's shape.</summary>
    /// <param name="optional">The listed differences may be there or not.</param>
    public static void AssertShape(
        Block example, JsonNode? answer, IReadOnlyCollection<string>? extra = null, IReadOnlyCollection<string>? absent = null, bool optional = false) =>
        Assert.That(Shape.Faults(Example.Read(example), answer, extra, absent, optional), Is.Empty, $"{example}\n{answer}");

    /// <summary>Fails when the answer is not the example, to the letter, apart from the stated values.</summary>
    public static void AssertSame(Block example, JsonNode? answer, params IReadOnlyList<Replacement> values)
    {
        var expected = Example.Read(example.With(values), example.ToString());
        Assert.That(JsonNode.DeepEquals(expected, answer), Is.True, $"{example}\n{answer}");
    }

    public override string ToString() => $"{Document.Name}: {string.Join(", ", Places)}";
}
