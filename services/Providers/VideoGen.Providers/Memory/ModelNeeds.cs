using System.Text.Json;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Memory;

/// <summary>The memory and time that loading a model takes, as the catalogue says.</summary>
internal static class ModelNeeds
{
    public const long Gigabyte = 1L << 30;

    /// <summary>Capability <c>gpu_memory_gb</c>, in bytes; 0 for a model that says nothing of it.</summary>
    public static long Of(CatalogModel model) => (long)(Number(model, "gpu_memory_gb") * Gigabyte);

    /// <summary>Capability <c>load_seconds</c>; without it half of what the model usually takes for a job.</summary>
    public static int SecondsOf(CatalogModel model) =>
        Number(model, "load_seconds") is > 0 and var seconds ? (int)Math.Ceiling(seconds) : Math.Max(1, model.ExpectedSeconds / 2);

    static double Number(CatalogModel model, string name) =>
        model.Capabilities.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
}
