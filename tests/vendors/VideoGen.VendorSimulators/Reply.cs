using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators;

/// <summary>A vendor's answer.</summary>
internal sealed record Reply(int Status, JsonNode? Body = null, byte[]? Bytes = null, string MediaType = "application/json",
    string? Cost = null)
{
    public static Reply Ok(object body) => new(200, JsonSerializer.SerializeToNode(body));

    public static Reply Of(int status, object body) => new(status, JsonSerializer.SerializeToNode(body));

    public static Reply File(string mediaType, string? cost = null) =>
        new(200, Bytes: SimulatedVendors.File, MediaType: mediaType, Cost: cost);
}
