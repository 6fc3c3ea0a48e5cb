using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>The order that a render carries out; kept with its row, so that it can be made again after a crash.</summary>
/// <param name="Input">The input laid over the route's settings.</param>
/// <param name="CacheName">
/// Set in instant mode: the name under which the files are cached and used again for every order of their shape; the assets are not fetched then.
/// Rows call it <c>shelf</c>.
///</param>
internal sealed record RenderOrder(
    Guid ClientReference, string Connector, string Model, JsonElement Input, IReadOnlyList<GenerationAsset> Assets, SimulatorScript? Script,
    DateTimeOffset Deadline, [property: JsonPropertyName("shelf")] string? CacheName = null);

/// <summary>A file that a render made.</summary>
/// <param name="Path">Below the work folder.</param>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>.</param>
internal sealed record RenderedFile(string Path, string Kind, string MediaType);

/// <summary>What an order gets without being rendered.</summary>
/// <param name="Answer">Of a text model.</param>
internal sealed record Delivery(IReadOnlyList<RenderedFile> Files, string? Answer = null);

internal enum RenderState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>A row of <c>renders</c>, and the database's time at which it was read.</summary>
/// <param name="Answer">What a text model answered.</param>
internal sealed record RenderRow(
    Guid Id, RenderOrder Order, RenderState State, int Run, int Percent, string Step, Refusal? Refusal, IReadOnlyList<RenderedFile> Outputs,
    string? Node, int Renewals, string? Answer, DateTimeOffset CreatedAt, DateTimeOffset Now);
