using System.Collections.Frozen;

namespace VideoGen.Web.Files;

/// <summary>The scripts, styles and pictures of the pages, from <c>wwwroot</c> by way of the assembly.</summary>
internal sealed class PageFiles
{
    const string Prefix = "wwwroot/";

    readonly FrozenDictionary<string, PageFile> _files = Load().ToFrozenDictionary(file => file.Name, StringComparer.Ordinal);

    public PageFile? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>Where a browser gets the file; it may keep it for ever.</summary>
    public string AddressOf(string name) => _files[name].Address;

    static IEnumerable<PageFile> Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            yield return PageFile.Of(resource[Prefix.Length..], content.ToArray());
        }
    }
}
