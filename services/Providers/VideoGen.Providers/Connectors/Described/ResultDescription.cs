namespace VideoGen.Providers.Connectors.Described;

/// <summary>Where what was made is found.</summary>
internal sealed record ResultDescription
{
    /// <summary>A second read, whose answer holds the outputs.</summary>
    public PathTemplate? Path { get; init; }

    public IReadOnlyList<OutputDescription> Outputs { get; init; } = [];

    /// <summary>The vendor's own bytes, read with our key.</summary>
    public BytesDescription? Bytes { get; init; }

    /// <summary>The result of a text model.</summary>
    public Expression? Text { get; init; }

    public int? LifetimeSeconds { get; init; }
}

internal enum OutputForm
{
    Url,
    Base64,
}

internal sealed record OutputDescription
{
    /// <summary><c>video</c>, <c>image</c> or <c>audio</c>, or an expression over the work.</summary>
    public required Template Kind { get; init; }

    public required Expression At { get; init; }

    public OutputForm Form { get; init; } = OutputForm.Url;

    public string? MediaType { get; init; }
}

internal sealed record BytesDescription
{
    /// <summary>Where they are; null when the body of the answer is them.</summary>
    public PathTemplate? Path { get; init; }

    public required Template Kind { get; init; }

    /// <summary>Null: as the answer's header says.</summary>
    public string? MediaType { get; init; }
}

/// <summary>What the vendor says it bills.</summary>
internal sealed record UsageDescription
{
    public required string Unit { get; init; }

    public Expression? At { get; init; }

    public string? Header { get; init; }

    /// <summary>The vendor's number for one unit.</summary>
    public decimal Per { get; init; } = 1;
}
