using System.Text.Json;

namespace VideoGen.Providers.Catalog;

/// <summary>Reads one JSON file of the catalogue.</summary>
internal static class CatalogFile
{
    /// <summary>Its root; null, with a fault, when it is no JSON.</summary>
    public static JsonElement? Read(string file, List<CatalogFault> faults)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException fault)
        {
            faults.Add(new CatalogFault(Path.GetFileName(file), $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}", $"is not JSON: {fault.Message}"));
            return null;
        }
    }
}
