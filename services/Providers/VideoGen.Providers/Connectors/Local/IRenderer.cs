using VideoGen.Ffmpeg;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>Knows how the orders of one local connector are rendered.</summary>
internal interface IRenderer
{
    /// <summary>The connector's name.</summary>
    string Connector { get; }

    /// <summary>Plans the render. Inputs that can't be used are an answer; an exception means: try again.</summary>
    /// <param name="inputs">The order's assets, fetched, in its order.</param>
    /// <param name="folder">The run's own folder; it may put files beside its output.</param>
    Task<RendererAnswer> PlanAsync(RenderOrder order, IReadOnlyList<FetchedAsset> inputs, string folder, CancellationToken ct);
}

/// <summary>An input file on this machine.</summary>
/// <param name="Path">Under a name that we made.</param>
internal sealed record FetchedAsset(Contracts.GenerationAsset Asset, string Path);

internal abstract record RendererAnswer
{
    /// <param name="Plans">One for each file, in their order.</param>
    public sealed record Planned(params IReadOnlyList<RenderPlan> Plans) : RendererAnswer;

    /// <summary>The answer of a text model, for which nothing is rendered.</summary>
    public sealed record Answered(string Text) : RendererAnswer;

    public sealed record Refused(Refusal Refusal) : RendererAnswer;
}

/// <summary>One call of ffmpeg and what comes out of it.</summary>
/// <param name="Call">With its output below the run's folder.</param>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>.</param>
internal sealed record RenderPlan(FfmpegCall Call, string Kind, string MediaType)
{
    /// <summary>Another call for the same output, for when the first one fails or finds nothing to write.</summary>
    public FfmpegCall? Fallback { get; init; }

    /// <summary>What the file must turn out to be before it counts as made; null when ffmpeg's word is enough.</summary>
    public WantedResult? Wanted { get; init; }
}
