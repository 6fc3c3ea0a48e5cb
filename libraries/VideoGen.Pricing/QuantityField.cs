namespace VideoGen.Pricing;

/// <summary>What a rule's quantity counts, as its <c>field</c> says it.</summary>
/// <param name="Input">The input's name.</param>
public readonly record struct QuantityField(string Input, QuantityMeasure Measure)
{
    public const string LengthSuffix = ".length";
    public const string DurationSuffix = ".duration_seconds";

    /// <summary>Reads <c>seconds</c>, <c>text.length</c> and <c>clip.duration_seconds</c>.</summary>
    public static QuantityField Parse(string field) =>
        field.EndsWith(DurationSuffix, StringComparison.Ordinal) ? new(field[..^DurationSuffix.Length], QuantityMeasure.Duration)
        : field.EndsWith(LengthSuffix, StringComparison.Ordinal) ? new(field[..^LengthSuffix.Length], QuantityMeasure.Length)
        : new(field, QuantityMeasure.Value);
}

public enum QuantityMeasure
{
    /// <summary>The number that the input is, also when it is written as a text: <c>8</c> or <c>"8"</c>.</summary>
    Value,

    /// <summary>A text's characters (code points), or a list's items.</summary>
    Length,

    /// <summary>The seconds that an asset lasts; of a list, all of its assets together.</summary>
    Duration,
}
