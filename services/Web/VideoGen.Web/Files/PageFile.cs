using System.IO.Compression;
using System.Net.Mime;
using System.Security.Cryptography;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Files;

/// <summary>A file of the pages, with what serving it takes.</summary>
/// <param name="Hash">The first 16 hexadecimal digits of its SHA-256; part of its address, so that the address never changes its meaning.</param>
/// <param name="Brotli">The same, compressed once; null where that saves nothing.</param>
internal sealed record PageFile(string Name, string MediaType, string Hash, byte[] Content, byte[]? Brotli)
{
    public string Address => $"{WebPages.Shared}/files/{Hash}/{Name}";

    public static PageFile Of(string name, byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) brotli.Write(content);
        return new PageFile(name, MediaTypeOf(name), Convert.ToHexStringLower(SHA256.HashData(content))[..16], content,
            compressed.Length < content.Length ? compressed.ToArray() : null);
    }

    static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => MediaTypeNames.Image.Svg,
        var other => throw new InvalidOperationException($"What media type has a file that ends in {other}?"),
    };
}
